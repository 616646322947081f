import type {
  Amplifier,
  Coverage,
  FileStamp,
  InputStage,
  Observer,
  OutputRow,
  Report,
  SampleSummary,
  Site,
  TensorRow,
  Timings,
  WeightDifference,
} from '../../shared/report.ts';
import { REPORT_SCHEMA } from '../../shared/report.ts';
import { verdictOf } from '../diagnose/index.ts';
import { defaultTolerance } from '../metric/index.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { runtimeVersion } from '../run/index.ts';
import { isDifferent } from './as-deployed.ts';
import { isBehindPrompt } from './behind-prompt.ts';
import type { CompareContext } from './context.ts';
import { coverageOf } from './coverage.ts';
import { findingsOf } from './findings.ts';
import type { JudgedSample } from './judge-sample.ts';
import { overSamples } from './over-samples.ts';
import { otherShapes } from './other-shapes.ts';
import { coarseArithmetic, outputLayouts } from './output-layouts.ts';
import { headTexts, outputFindings, uncomparedTexts } from './output-texts.ts';
import { promptFindings, promptTexts, unjudgedPrompts } from './prompt-texts.ts';
import { undecided, unexplained } from './unexplained.ts';
import { placeFindings, sideFindings } from './stage-findings.ts';
import type { StagesOfSamples } from './stages-of-samples.ts';
import { someSamples } from './stages-of-samples.ts';
import { TOOL_VERSION } from './version.ts';

export interface ReportParts {
  readonly context: CompareContext;
  readonly original: OnnxModel;
  readonly judged: readonly JudgedSample[];
  readonly observer: Observer;
  readonly stages: StagesOfSamples;
  readonly stamps: { readonly candidate: FileStamp; readonly reference: FileStamp };
  readonly timings: Timings;
  readonly cpu: string;
}

/** The worst sample decides; what the others say stands in `samples` and, per tensor, in `overSamples`. */
export function assembleReport(parts: ReportParts): Report {
  const { context } = parts;
  const judged = parts.judged.map((sample) => withoutPromptSites(context, sample));
  const rows = worstRows(judged);
  const coverages = judged.map((sample) => coverageOf(context, sample.run, sample.rows));
  const coverage = coverages.reduce((worst, next) => (next.compared < worst.compared ? next : worst));
  const together = overSamples(context, judged, mergeSites(judged.flatMap((sample) => sample.sites)));
  const { sites } = together;
  const { rows: inputs, stage: inputStage } = parts.stages.inputs;
  const { outputStage, sides } = parts.stages.after;
  const amplifiers = mergeAmplifiers(judged.flatMap((sample) => sample.amplifiers));
  const outputs = outputRows(context, rows);
  const growth = judged
    .flatMap((sample) => sample.growths)
    .find((one) => one.output === worstOutput(outputs)?.name);
  const [first] = judged as [JudgedSample];
  const verdict = verdictOf({
    sites,
    coverage,
    minCoverage: context.options.minCoverage,
    inputs,
    differingWeights: differingWeights(context, first),
    checkedWeights: first.weights.of,
    amplifiers,
    allEqual: judged
      .flatMap((sample) => sample.rows)
      .filter((row) => context.graph.tensors.get(row.name)?.isOutput === true)
      .every((row) => row.total?.unequal === 0),
    worstOutput: worstOutput(judged.flatMap((sample) => outputRows(context, sample.rows))),
    covered: coveredNodes(context, first),
    next: nextCommands(context, sites, coverage, inputStage),
    lostOutputs: lostOutputs(context, rows),
    otherShapes: otherShapes(context, first.run, lostOutputs(context, rows)),
    layouts: outputLayouts(context, rows),
    coarse: coarseArithmetic(context, rows, outputs),
    undecided: judged.flatMap(undecided),
    unexplained: judged.flatMap((sample) => unexplained(context, sample)),
    growth,
    observer: parts.observer,
    illConditioned: judged
      .flatMap((sample) => sample.findings)
      .filter((finding) => finding.kind === 'ill-conditioned')
      .map((finding) => finding.text),
    ownErrorsOnly: ownErrorsOnly(first),
    prompts: promptTexts(context.prompts),
    unjudged: unjudgedPrompts(context),
    heads: headTexts(outputStage),
    uncomparedHeads: uncomparedTexts(outputStage),
    samples: {
      inputs: someSamples(judged, ({ run }) => run.inputs.some(isDifferent)),
      heads: someSamples(judged, (sample) => headsOf(parts, sample).length > 0),
    },
  });
  return {
    schema: REPORT_SCHEMA,
    verdict,
    coverage,
    inputs,
    inputStage,
    weights: { ...first.weights, differing: differingWeights(context, first) },
    tensors: rows,
    outputs,
    outputStage,
    paths: judged.flatMap((sample) => sample.paths),
    amplifiers: amplifiers.slice(0, 20),
    growth,
    findings: [
      ...promptFindings(context.prompts),
      ...outputFindings(outputStage),
      ...together.findings,
      ...placeFindings(inputStage),
      ...sideFindings(sides),
      ...findingsOf(context, judged),
    ],
    samples: judged.map((sample) => sampleSummary(parts, sample, coverage)),
    observer: parts.observer,
    environment: environmentOf(parts),
    timings: parts.timings,
  };
}

/** How many paired tensors could be judged without a free run. */
function ownErrorsOnly(sample: JudgedSample): { judged: number; of: number } | undefined {
  if (!sample.run.ownErrorsOnly) return undefined;
  const paired = sample.rows.filter((row) => row.pairs.length > 0);
  return { judged: paired.filter((row) => row.local !== undefined).length, of: paired.length };
}

/** Per tensor the row of the sample where it is worst: introduced before inherited, then by error so far. */
function worstRows(judged: readonly JudgedSample[]): TensorRow[] {
  const [first] = judged as [JudgedSample];
  if (judged.length === 1) return [...first.rows];
  return first.rows.map((_, index) => {
    const all = judged
      .map((sample) => sample.rows[index])
      .filter((row): row is TensorRow => row !== undefined);
    const worst = all.reduce((a, b) => (severity(b) > severity(a) ? b : a));
    const errors = all.flatMap((row) => (row.total === undefined ? [] : [row.total.relativeL2]));
    if (errors.length === 0) return worst;
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const each = all.map((row) => ({
      sample: row.sample,
      shape: row.shape ?? [],
      relativeL2: row.total?.relativeL2 ?? NaN,
      excess: row.excess ?? NaN,
    }));
    return { ...worst, overSamples: { mean, min: Math.min(...errors), max: Math.max(...errors), each } };
  });
}

function severity(row: TensorRow): number {
  return (
    (row.state === 'introduced' ? 1e12 : 0) +
    Math.min(row.excess ?? 0, 1e9) +
    Math.min(row.total?.relativeL2 ?? 0, 1e3)
  );
}

/** A site that shows on several samples is one site: the sample where it is clearest speaks. */
function mergeSites(sites: readonly Site[]): Site[] {
  const byTensor = new Map<string, Site>();
  for (const site of sites) {
    const key = `${site.kind} ${site.tensor}`;
    const known = byTensor.get(key);
    if (known === undefined || site.excess > known.excess) byTensor.set(key, site);
  }
  return [...byTensor.values()];
}

/** A tensor that amplifies on several samples is listed once, with its largest gain. */
function mergeAmplifiers(amplifiers: readonly Amplifier[]): Amplifier[] {
  const byTensor = new Map<string, Amplifier>();
  for (const one of amplifiers) {
    const known = byTensor.get(one.tensor);
    if (known === undefined || one.gain > known.gain) byTensor.set(one.tensor, one);
  }
  return [...byTensor.values()].sort((a, b) => b.gain - a.gain);
}

function withoutPromptSites(context: CompareContext, sample: JudgedSample): JudgedSample {
  const isBehind = isBehindPrompt(context, sample);
  const behind = new Set(sample.sites.filter(isBehind).map(({ tensor }) => tensor));
  if (behind.size === 0) return sample;
  return {
    ...sample,
    sites: sample.sites.filter((site) => !isBehind(site)),
    rows: sample.rows.map((row) =>
      behind.has(row.name)
        ? { ...row, state: 'inherited', reason: 'behind a prompt that is not PyTorch’s' }
        : row,
    ),
  };
}

/** A prompt that is another is told as what it is. */
function differingWeights(
  { prompts }: CompareContext,
  { weights }: JudgedSample,
): readonly WeightDifference[] {
  const held = new Set(prompts.map(({ tensor }) => tensor));
  return weights.differing.filter(({ initializer }) => !held.has(initializer));
}

function outputRows(context: CompareContext, rows: readonly TensorRow[]): OutputRow[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  return context.graph.outputs.map((name) => {
    const row = byName.get(name);
    const defaults =
      row?.dtype !== undefined && isComparableDtype(row.dtype)
        ? defaultTolerance(row.dtype, row.dtype)
        : { atol: 0, rtol: 0 };
    return {
      name,
      entry: row?.pairs[0]?.entry,
      maxAbs: row?.total?.maxAbs,
      relativeL2: row?.total?.relativeL2,
      outside: row?.total?.outside,
      atol: context.options.atol ?? defaults.atol,
      rtol: context.options.rtol ?? defaults.rtol,
      withinTolerance: row?.total === undefined ? undefined : row.total.outside === 0,
    };
  });
}

function lostOutputs(context: CompareContext, rows: readonly TensorRow[]): string[] {
  const compared = new Set(
    rows.filter((row) => (row.total ?? row.local) !== undefined).map((row) => row.name),
  );
  return context.graph.outputs.filter((name) => !compared.has(name));
}

function worstOutput(outputs: readonly OutputRow[]): { name: string; relative: number } | undefined {
  const compared = outputs.filter((output) => output.relativeL2 !== undefined);
  if (compared.length === 0) return undefined;
  const worst = compared.reduce((a, b) => ((b.relativeL2 ?? 0) > (a.relativeL2 ?? 0) ? b : a));
  return { name: worst.name, relative: worst.relativeL2 ?? 0 };
}

/** Nodes that lie in some judged stretch; nodes that only bring constants count as covered. */
function coveredNodes(context: CompareContext, sample: JudgedSample): { nodes: number; of: number } {
  const covered = new Set([...sample.judged.values()].flatMap((tensor) => tensor.stretch.nodes));
  const working = context.graph.nodes.filter((node) => node.opType !== 'Constant');
  return { nodes: working.filter((node) => covered.has(node.index)).length, of: working.length };
}

function nextCommands(
  context: CompareContext,
  sites: readonly Site[],
  coverage: Coverage,
  { places }: InputStage,
): string[] {
  const { candidate, reference } = context.options.shown;
  const commands: string[] = [];
  const lost = coverage.unmatched.reference.some((entry) => !entry.expected);
  if (lost && coverage.pairedEntries < coverage.entries * context.options.minCoverage) {
    commands.push(`layerdiff compare ${shell(candidate)} ${shell(reference)} --write-map map.json`);
  }
  const [place] = places;
  if (place !== undefined)
    commands.push(
      `layerdiff compare ${shell(candidate)} ${shell(reference)} --ignore-where ${shell(`${place.mask}==${place.value}`)}`,
    );
  if (sites.length > 0)
    commands.push(`layerdiff compare ${shell(candidate)} ${shell(reference)} --json report.json`);
  return commands;
}

function shell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

function sampleSummary(parts: ReportParts, sample: JudgedSample, coverage: Coverage): SampleSummary {
  const { context, stages } = parts;
  const differing = new Set(sample.run.inputs.filter(isDifferent).map(({ name }) => name));
  const inputs = stages.inputs.rows.map((row) => ({ ...row, differs: differing.has(row.name) }));
  const { kind, detail } = verdictOf({
    sites: sample.sites,
    coverage,
    minCoverage: context.options.minCoverage,
    inputs,
    differingWeights: differingWeights(context, sample),
    checkedWeights: sample.weights.of,
    amplifiers: sample.amplifiers,
    allEqual: sample.rows.every((row) => row.total === undefined || row.total.unequal === 0),
    worstOutput: undefined,
    covered: { nodes: 0, of: 0 },
    next: [],
    lostOutputs: lostOutputs(context, sample.rows),
    otherShapes: [],
    layouts: outputLayouts(context, sample.rows),
    coarse: coarseArithmetic(context, sample.rows, outputRows(context, sample.rows)),
    undecided: undecided(sample),
    unexplained: unexplained(context, sample),
    growth: undefined,
    observer: { level: '', relativeL2: undefined, repeat: undefined, passes: undefined, levels: undefined },
    illConditioned: [],
    ownErrorsOnly: undefined,
    prompts: promptTexts(context.prompts),
    unjudged: unjudgedPrompts(context),
    heads: headsOf(parts, sample),
    uncomparedHeads: [],
    samples: { inputs: [], heads: [] },
  });
  const worst = worstOutput(outputRows(context, sample.rows));
  return {
    index: sample.run.sample.index,
    inputs: sample.run.inputs.map(({ name, tensor }) => ({ name, dims: tensor.dims })),
    kind,
    detail,
    sites: sample.sites.map((site) => site.node ?? site.tensor),
    worstOutput: worst === undefined ? undefined : { name: worst.name, relativeL2: worst.relative },
  };
}

function headsOf({ stages }: ReportParts, { run }: JudgedSample): readonly string[] {
  return stages.heads.get(run.sample.index) ?? [];
}

function environmentOf({ context, original, stamps, cpu, stages }: ReportParts): Report['environment'] {
  const { options, dump } = context;
  const recorded = dump.recording?.environment;
  return {
    tool: `layerdiff ${TOOL_VERSION}`,
    command: options.command,
    candidate: {
      ...stamps.candidate,
      opsets: [...original.opsets].map(([domain, version]) => ({ domain, version })),
      irVersion: original.irVersion,
      producer: `${original.producer} ${original.producerVersion}`.trim(),
    },
    reference: {
      ...stamps.reference,
      format: dump.format,
      torch: recorded?.torch,
      device: recorded?.device,
      precision: recorded?.precision,
    },
    runtime: {
      onnxruntime: runtimeVersion(),
      provider: options.provider,
      level: options.optimization,
      threads: options.threads,
    },
    cpu,
    node: process.version,
    notes: recorded?.tf32 === true ? ['recorded under TF32'] : [],
    sides: stages.after.sides,
  };
}
