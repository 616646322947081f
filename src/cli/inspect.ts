import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { DumpInspection, ModelInspection } from '../engine/index.ts';
import { inspectDump, inspectModel } from '../engine/index.ts';
import { LayerdiffError, printable } from '../shared/errors.ts';
import { oncePerText } from '../shared/once-per-text.ts';
import type { Finding } from '../shared/report.ts';
import { formatBytes, formatShape, plural } from '../shared/format.ts';
import { checkWritable, writeFile } from './write-file.ts';
import { printLines } from './print.ts';

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description(
      'what is in a model (nodes, scopes, dtypes, opsets, functions, subgraphs) or in a dump (entries), and what either gives away',
    )
    .argument('<file>', 'an .onnx file or a dump')
    .option('--json <file>', 'write everything as JSON; - for standard output')
    .action(async (path: string, flags: { json?: string }) => {
      if (flags.json !== undefined) checkWritable(flags.json, [path]);
      const found = await (isModel(path) ? inspectModel(path) : inspectDump(path));
      if (flags.json !== undefined) writeFile(flags.json, [`${JSON.stringify(found, null, 2)}\n`]);
      if (flags.json === '-') return;
      const lines = found.kind === 'model' ? modelLines(found) : dumpLines(found);
      printLines(lines.map(printable));
    });
}

/** By extension where it is one of the two, else by the first bytes: a ModelProto begins with its IR version. */
function isModel(path: string): boolean {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new LayerdiffError('bad-file', 'no such file', { file: path, wayOut: 'check the path' });
  }
  if (isFolder) return false;
  if (/\.onnx$/i.test(path)) return true;
  if (/\.(pt|pth|bin|npy|npz|safetensors|json|pb)$/i.test(path)) return false;
  const file = openSync(path, 'r');
  const first = new Uint8Array(1);
  readSync(file, first, 0, 1, 0);
  closeSync(file);
  return first[0] === 0x08;
}

function modelLines(model: ModelInspection): string[] {
  const value = (one: ModelInspection['inputs'][number]): string =>
    `  ${one.name}: ${one.dtype === '' ? one.kind : one.dtype} ${formatShape(one.dims)}`;
  return [
    `${model.name}: ${formatBytes(model.bytes)}, IR ${model.irVersion}, ${model.producer === '' ? 'no producer' : model.producer}, opset ${model.opsets
      .map((opset) => (opset.domain === '' ? String(opset.version) : `${opset.domain} ${opset.version}`))
      .join(', ')}`,
    `inputs:`,
    ...model.inputs.map(value),
    `outputs:`,
    ...model.outputs.map(value),
    `${plural(model.nodes.length, 'node')}, ${plural(model.initializers.length, 'initializer')}`,
    `operators: ${model.operators.map((operator) => `${operator.opType} ${operator.count}`).join(', ')}`,
    ...model.functions.map(
      (local) => `function ${local.domain}::${local.name}: ${plural(local.nodes, 'node')}`,
    ),
    ...model.subgraphs.map(
      (body) => `body of ${body.opType} ${body.node} (depth ${body.depth}): ${plural(body.nodes, 'node')}`,
    ),
    ...model.nodes.slice(0, 40).map((node) => `  ${node.opType} ${node.name} -> ${node.outputs.join(', ')}`),
    ...(model.nodes.length > 40 ? [`  … ${model.nodes.length - 40} more (--json FILE has all)`] : []),
    ...lintLines(model.lints),
  ];
}

/** One line a text, however many nodes it is about. */
function lintLines(lints: readonly Finding[]): string[] {
  return oncePerText(lints).map(({ kind, severity, text }) => `${severity} ${kind}: ${text}`);
}

function dumpLines(dump: DumpInspection): string[] {
  return [
    `${dump.name}: ${dump.format} dump${dump.torch === undefined ? '' : `, torch ${dump.torch}`}, ${plural(dump.samples.length, 'sample')}`,
    ...dump.samples.flatMap((sample, index) => [
      `sample ${index}: ${plural(sample.entries.length, 'entry', 'entries')}`,
      ...sample.entries
        .slice(0, 60)
        .map((entry) => `  ${entry.key}: ${entry.dtype} ${formatShape(entry.dims)}`),
      ...(sample.entries.length > 60 ? [`  … ${sample.entries.length - 60} more (--json FILE has all)`] : []),
    ]),
    ...dump.stages.flatMap(({ sample, stage, settings, tensors }) => [
      `sample ${sample}, ${stage === 'pre' ? 'before the first node' : 'after the last node'}:`,
      ...tensors.map(({ name, dtype, dims }) => `  ${name}: ${dtype} ${formatShape(dims)}`),
      ...Object.entries(settings).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`),
    ]),
    ...dump.skipped.map((skipped) => `skipped ${skipped.name}: ${skipped.reason}`),
    ...lintLines(dump.lints),
  ];
}
