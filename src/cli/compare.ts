import { basename, isAbsolute, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import {
  mapFileText,
  partialReport,
  reportJson,
  reportMarkdown,
  summaryLines,
  tensorCsv,
} from '../engine/index.ts';
import { startEngine } from '../service/index.ts';
import type { WireError } from '../shared/errors.ts';
import { errorLine, errorToWire, isLayerdiffError, printable } from '../shared/errors.ts';
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';
import type { Report, TensorRow } from '../shared/report.ts';
import type { FailOn } from './exit.ts';
import { EXIT, exitStatus } from './exit.ts';
import { paintFor } from './paint.ts';
import { progressPrinter } from './progress.ts';
import { parseNumber, parseSample, parseShare, parseSize, parseThreads } from './sizes.ts';
import { checkWritable, writeFile } from './write-file.ts';
import { printLines } from './print.ts';
import type { StageFlags } from './stage-flags.ts';
import { stagesFrom } from './stage-flags.ts';

interface Flags extends StageFlags {
  readonly map?: string;
  readonly writeMap?: string;
  readonly include?: string;
  readonly exclude?: string;
  readonly sample?: number | 'all';
  readonly optimization: CompareOptions['optimization'];
  readonly provider: string;
  readonly memory: number;
  readonly threads: number;
  readonly atol?: number;
  readonly rtol?: number;
  readonly minCoverage: number;
  readonly failOn: FailOn;
  readonly json?: string;
  readonly csv?: string;
  readonly markdown?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('compare an ONNX model with recorded activations, tensor by tensor')
    .argument('<candidate>', 'the .onnx file under suspicion')
    .argument(
      '<reference>',
      'a dump: a folder of the recorder, .safetensors, .npz, .npy, .pt, a folder of .npy or .pb, Polygraphy JSON',
    )
    .option('--inputs <value...>', 'what the deployed pipeline feeds: FILE, DIR or NAME=FILE')
    .option('--image <file>', 'the original picture (PNG, JPEG): both pipelines are reproduced from it')
    .option(
      '--ignore-where <input==value>',
      'leave out positions where a mask among the inputs has this value',
    )
    .option(
      '--head <spec>',
      'what the outputs are: detection:…, classification:…, segmentation:…, embedding:…',
    )
    .option(
      '--deployed <dump>',
      'what your own runtime gave: outputs, and final detections where it recorded them',
    )
    .option('--map <file>', 'pairs to use before any rule (layerdiff.map/1)')
    .option('--write-map <file>', 'write all pairs found, and likely partners of the unmatched')
    .option('--include <regex>', 'only tensors whose scope/node/tensor matches')
    .option('--exclude <regex>', 'not those that match')
    .option('--sample <which>', '"all" or a number', parseSample)
    .addOption(
      new Option('--optimization <level>', 'level of the graph that is looked into')
        .choices(['disabled', 'basic', 'extended', 'all'])
        .default('disabled'),
    )
    .option('--provider <name>', 'execution provider', 'cpu')
    .addOption(
      new Option('--memory <size>', 'budget for tensors in memory')
        .argParser(parseSize)
        .default(512 * 2 ** 20, '512MiB'),
    )
    .option('--threads <n>', 'threads of the runtime, 0 for its choice', parseThreads, 0)
    .option('--atol <x>', 'absolute tolerance of graph outputs', parseNumber)
    .option('--rtol <x>', 'relative tolerance of graph outputs', parseNumber)
    .option(
      '--min-coverage <share>',
      'share of recorded outputs that must have a counterpart',
      parseShare,
      0.8,
    )
    .addOption(
      new Option('--fail-on <what>', 'what makes the exit status 1')
        .choices(['fault', 'difference', 'never'])
        .default('fault'),
    )
    .option('--json <file>', 'write the report; - for standard output')
    .option('--csv <file>', 'write the tensor table; - for standard output')
    .option('--markdown <file>', 'write a summary to paste into an issue; - for standard output')
    .option('--quiet', 'print nothing but the sentence')
    .option('--no-color', 'no colour')
    .action(async (candidate: string, reference: string, flags: Flags) => {
      process.exitCode = await runCompare(candidate, reference, flags);
    });
}

async function runCompare(candidate: string, reference: string, flags: Flags): Promise<number> {
  const options = optionsFrom(candidate, reference, flags);
  // Before hours of work, not after them.
  for (const path of writtenFiles(flags))
    if (path !== undefined) checkWritable(path, inputFiles(candidate, reference, flags));
  const rows = new Map<string, TensorRow>();
  const progress = progressPrinter(process.stderr);
  let report: Report;
  let died: WireError | undefined;
  try {
    ({ report, died } = await runEngine(options, (event) => {
      if (event.type === 'row') rows.set(event.row.name, event.row);
      else if (flags.quiet !== true) progress.show(event);
    }));
  } catch (error) {
    progress.clear();
    const wire = errorToWire(error);
    const left = rows.size > 0 || wire.tag === 'engine-died' || wire.tag === 'cancelled';
    if (left && flags.json !== undefined)
      writeFile(
        flags.json,
        reportJson(partialReport(options, [...rows.values()], errorLine(nameless(wire)))),
      );
    if (!isLayerdiffError(error)) throw error;
    process.stderr.write(`layerdiff: ${errorLine(shorten(wire))}\n`);
    return error.tag === 'engine-died'
      ? EXIT.engineDied
      : error.tag === 'cancelled'
        ? EXIT.interrupted
        : EXIT.unanswerable;
  }
  progress.clear();
  if (flags.json !== undefined) writeFile(flags.json, reportJson(report));
  if (flags.writeMap !== undefined) writeFile(flags.writeMap, [mapFileText(report)]);
  if (flags.csv !== undefined) writeFile(flags.csv, [tensorCsv(report)]);
  if (flags.markdown !== undefined) writeFile(flags.markdown, [reportMarkdown(report)]);
  // With one of them on standard output the summary would spoil it.
  const stream = writtenFiles(flags).includes('-') ? process.stderr : process.stdout;
  const lines =
    flags.quiet === true
      ? [printable(report.verdict.sentence)]
      : summaryLines(report, paintFor(stream, flags.color));
  if (stream === process.stdout) printLines(lines);
  else stream.write(`${lines.join('\n')}\n`);
  if (report.verdict.kinds.includes('not-comparable')) {
    const [next] = report.verdict.next;
    const line = {
      tag: 'not-comparable' as const,
      message: report.verdict.sentence.replace(/\.$/, ''),
      file: reference,
    };
    process.stderr.write(
      `layerdiff: ${errorLine(next === undefined ? line : { ...line, wayOut: `try ${next}` })}\n`,
    );
  }
  if (died === undefined) return exitStatus(report, flags.failOn);
  process.stderr.write(`layerdiff: ${errorLine(shorten(died))}\n`);
  return EXIT.engineDied;
}

function writtenFiles({ json, writeMap, csv, markdown }: Flags): (string | undefined)[] {
  return [json, writeMap, csv, markdown];
}

/** Messages name files as the user knows them, from where they are, not by the absolute paths that the engine was given. */
function shorten(wire: ReturnType<typeof errorToWire>): typeof wire {
  if (wire.file === undefined || !isAbsolute(wire.file)) return wire;
  const near = relative(process.cwd(), wire.file);
  return { ...wire, file: near.startsWith('..') || near === '' ? wire.file : near };
}

/** A report goes to other people: base names only. */
function nameless(wire: ReturnType<typeof errorToWire>): typeof wire {
  return wire.file === undefined ? wire : { ...wire, file: basename(wire.file) };
}

/**
 * One run in the engine process; Ctrl-C ends it at once. When the engine dies in the middle of a segment of many
 * nodes, a second run with one node a segment finds the one it dies at, or comes to an end.
 */
async function runEngine(
  options: CompareOptions,
  onEvent: (event: EngineEvent) => void,
): Promise<{ readonly report: Report; readonly died: WireError | undefined }> {
  let job = startEngine(options, onEvent);
  const onInterrupt = (): void => job.cancel();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    return { report: await job.report, died: undefined };
  } catch (error) {
    if (!isLayerdiffError(error) || error.tag !== 'engine-died' || options.memoryBytes === 1) throw error;
    job = startEngine({ ...options, memoryBytes: 1 }, () => undefined);
    const report = await job.report;
    const died: WireError = {
      ...errorToWire(error),
      message: `${error.message}; with one node at a time it does not`,
      wayOut: 'try --memory with a smaller budget',
    };
    const text = errorLine(nameless(died));
    return {
      report: {
        ...report,
        findings: [{ kind: 'engine', severity: 'warning', subject: '', text }, ...report.findings],
      },
      died,
    };
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function optionsFrom(candidate: string, reference: string, flags: Flags): CompareOptions {
  return {
    candidate: resolve(candidate),
    reference: resolve(reference),
    shown: { candidate: shownPath(candidate), reference: shownPath(reference) },
    ...stagesFrom(flags),
    map: flags.map === undefined ? undefined : resolve(flags.map),
    include: flags.include,
    exclude: flags.exclude,
    sample: flags.sample === 'all' ? undefined : flags.sample,
    optimization: flags.optimization,
    provider: flags.provider,
    memoryBytes: flags.memory,
    threads: flags.threads,
    atol: flags.atol,
    rtol: flags.rtol,
    minCoverage: flags.minCoverage,
    command: ['layerdiff', ...shownWords(process.argv.slice(2))].join(' '),
  };
}

const EXPRESSIONS: ReadonlySet<string> = new Set(['--include', '--exclude']);

/** The command as typed; of paths the base name (`NAME=FILE` and `--option=FILE` keep what is before it), expressions whole. */
function shownWords(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const [option = ''] = word.split('=');
    if (!word.includes('/') || EXPRESSIONS.has(words[index - 1] ?? '') || EXPRESSIONS.has(option))
      return word;
    const equals = word.indexOf('=');
    return equals < 0 ? basename(word) : `${word.slice(0, equals)}=${basename(word.slice(equals + 1))}`;
  });
}

/** Absolute paths never get into a report. */
function shownPath(path: string): string {
  return isAbsolute(path) ? basename(path) : path;
}

/** Everything that the command reads. */
function inputFiles(candidate: string, reference: string, flags: Flags): string[] {
  const inputs = (flags.inputs ?? []).map((argument) => argument.slice(argument.indexOf('=') + 1));
  return [
    candidate,
    reference,
    ...inputs,
    ...[flags.deployed, flags.map, flags.image].filter((path) => path !== undefined),
  ];
}
