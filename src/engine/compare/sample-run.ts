import { isComparableDtype } from '../../shared/dtype.ts';
import { errorLine, errorToWire } from '../../shared/errors.ts';
import type { Stage } from '../../shared/progress.ts';
import type { AliasDifference, Measured } from '../diagnose/index.ts';
import type { DumpSample } from '../dump/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { NameMatch, PairedTensor } from '../match/index.ts';
import { carryOver, fitDims, matchByNames, pairedTensors } from '../match/index.ts';
import type { Plan } from '../run/index.ts';
import { planSegments } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import type { FedEdges } from './fed-edges.ts';
import type { IsFed } from './fed-run.ts';
import { FedRun } from './fed-run.ts';
import type { FedInput, SampleInputs } from './inputs.ts';
import type { Ignored } from './ignored.ts';
import { ignoredPositions } from './ignored.ts';
import { inputsOf } from './inputs.ts';
import { keptInputs } from './kept-inputs.ts';
import { entrySource } from './measure.ts';
import { matchWhenFed } from './match-when-fed.ts';
import { measuredRun, measuringOf } from './measured-run.ts';
import { factsOf, isRoomForTwo, planFor, segmentBudget } from './plan-for.ts';
import { unjudgedRow } from './rows.ts';
import { threadsOfEach } from './side-thread.ts';
import { checkByValue } from './value-check.ts';
import { weightOwners } from './weight-digests.ts';

export interface SampleRun {
  readonly sample: DumpSample;
  readonly inputs: readonly FedInput[];
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly match: NameMatch;
  /** The matching of the graph as it was exported: the same one at level disabled. */
  readonly exported: NameMatch;
  readonly paired: ReadonlyMap<string, PairedTensor>;
  readonly free: ReadonlyMap<string, Measured>;
  readonly fed: ReadonlyMap<string, Measured>;
  readonly isFed: IsFed;
  readonly edges: FedEdges;
  readonly aliasDifferences: readonly AliasDifference[];
  /** Error of the recorded float32 run against its float64 referee, per entry key: max|r32 − r64|. */
  readonly referee: ReadonlyMap<string, number>;
  /** Keys of entries that hold values which the candidate's dtype cannot. */
  readonly unholdable: ReadonlySet<string>;
  readonly notes: readonly string[];
  /** No value for some model input: there was no free run, own errors are all there is. */
  readonly ownErrorsOnly: boolean;
  /** Positions that `--ignore-where` leaves out. */
  readonly ignored: Ignored | undefined;
  /** Copies of the graph outputs of the free run. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** Free run, value check, fed run: everything measured, nothing judged. */
export async function runSample(context: CompareContext, sample: DumpSample): Promise<SampleRun> {
  const { fed: given, missing } = inputsOf(context, sample);
  const { facts, plan } = await planFor(context, given, missing);
  stage(context, 'match', 0, 1);
  const { named, exported } = await matchNames(context, sample, given, missing, facts);
  if (missing.length > 0) refuseUnlessJudgeable(context, named, missing);
  const { ignoreWhere } = context.options;
  const ignored = ignoreWhere === undefined ? undefined : ignoredPositions(ignoreWhere, given);
  const inputs = keptInputs(context, given, ignored);
  const values = new Map(inputs.map((input) => [input.name, input.tensor]));
  const side = isRoomForTwo(context, facts) ? context.side : undefined;
  const threads = side === undefined ? context.options.threads : threadsOfEach(context.options);
  const settings = { ...context.settings, threads };
  const fedRun = new FedRun(context, {
    sample,
    facts,
    inputs: values,
    settings,
    ignored,
    planOf: (isFed) => (missing.length > 0 ? planOfRest(context, inputs, facts, isFed) : plan),
    side,
  });
  if (missing.length === 0) fedRun.beginEarly(named);
  const common = {
    facts,
    settings,
    inputs: values,
    entries: new Map(sample.entries.map((entry) => [entry.key, entry])),
    fed: new Map<number, never>(),
  };
  const outputs = new Map<string, Tensor>();
  const namedPairs = pairedTensors(named);
  const free = await measuredRun(context, {
    ...common,
    plan: missing.length > 0 ? { segments: [], overBudget: [] } : plan,
    how: measuringOf(context, named.scopeOf, namedPairs, false, ignored),
    wants: () => true,
    onTensor: (name, tensor) => {
      if (context.graph.tensors.get(name)?.isOutput === true)
        outputs.set(name, { ...tensor, bytes: tensor.bytes.slice() });
    },
    onMeasured: (name, one) =>
      context.emit({ type: 'row', row: unjudgedRow(context, name, one, namedPairs.get(name)) }),
    onSegment: segmentStage(context, 'free-run', plan),
  });
  const rerun = (
    pairs: ReadonlyMap<string, PairedTensor>,
    wants: (name: string) => boolean,
    onTensor: (name: string, tensor: Tensor) => void = () => undefined,
  ): Promise<Map<string, Measured>> =>
    measuredRun(context, {
      ...common,
      plan,
      how: measuringOf(context, named.scopeOf, pairs, false, ignored),
      wants,
      onTensor,
      onSegment: segmentStage(context, 'value-check', plan),
    });
  const checked = await checkByValue(context, sample, named, free, rerun);
  // While the second thread is at work: judging will ask for them.
  if (side !== undefined) for (const name of context.graph.initializers.keys()) context.weight(name);
  const run = { sample, facts, inputs };
  const { match, fed } = await matchWhenFed(context, {
    run,
    fedRun,
    match: checked,
    free,
    remeasured: rerun,
  });
  const { measured, isFed, edges, unholdable } = fed;
  const paired = pairedTensors(match);
  return {
    ...run,
    match,
    exported: exported ?? match,
    paired,
    free,
    fed: measured,
    isFed,
    edges,
    aliasDifferences: aliasDifferences(context, paired),
    referee: refereeErrors(context, sample),
    outputs,
    ignored,
    ownErrorsOnly: missing.length > 0,
    unholdable: new Set(unholdable.keys()),
    notes: [
      ...missing.map(({ refusal }) =>
        errorLine({ ...errorToWire(refusal), file: context.options.shown.reference }),
      ),
      ...match.notes,
      ...[...unholdable].map(([key, count]) => `${count} values of ${key} do not fit the candidate's dtype`),
    ],
  };
}

/** What can be run from the dump alone. */
function planOfRest(
  context: CompareContext,
  inputs: readonly FedInput[],
  facts: ReadonlyMap<string, TensorFacts>,
  isFed: IsFed,
): Plan {
  const budget = segmentBudget(context.options.memoryBytes);
  return planSegments(context.graph, facts, budget, computable(context, inputs, isFed));
}

function segmentStage(
  context: CompareContext,
  name: Stage,
  plan: Plan,
): (firstNode: number, segment: number) => void {
  return (node, segment) =>
    stage(context, name, segment, plan.segments.length, context.graph.nodes[node]?.name ?? '');
}

/** Names are matched on the graph as it was exported; what the runtime made of it takes the pairs over. */
async function matchNames(
  context: CompareContext,
  sample: DumpSample,
  inputs: readonly FedInput[],
  missing: SampleInputs['missing'],
  facts: ReadonlyMap<string, TensorFacts>,
): Promise<{ named: NameMatch; exported: NameMatch | undefined }> {
  const { original, graph, settings } = context;
  const isSame = original.graph === graph;
  const match = matchByNames({
    graph: original.graph,
    facts: isSame ? facts : await factsOf(original.model, original.graph, settings, inputs, missing),
    sample,
    recording: context.dump.recording,
    inputs: new Map(
      inputs.flatMap((input) => (input.entry === undefined ? [] : [[input.name, input.entry]])),
    ),
    map: context.map,
    weightOwners: weightOwners(original.model, original.graph, context.dump.recording),
  });
  if (isSame) return { named: match, exported: undefined };
  return { named: carryOver(match, original.graph, graph), exported: match };
}

/**
 * Without a value for some model input there is no free run; stretches whose inputs are all in the dump can still be
 * judged. A recording always has its inputs, so there the export and the dump do not belong together.
 */
function refuseUnlessJudgeable(
  context: CompareContext,
  named: NameMatch,
  missing: SampleInputs['missing'],
): void {
  const paired = named.pairs.some((pair) => context.graph.tensors.get(pair.tensor)?.producer !== undefined);
  if (paired && context.dump.recording === undefined && context.options.inputs.length === 0) return;
  for (const { refusal } of missing) throw refusal;
}

/** Nodes whose every input is a weight, at hand, fed, or made by such a node. */
function computable(
  context: CompareContext,
  inputs: readonly FedInput[],
  isFed: IsFed,
): (node: number) => boolean {
  const { graph } = context;
  const values = new Set(inputs.map((input) => input.name));
  const nodes = new Set<number>();
  for (const node of graph.nodes) {
    const needs = [...node.inputs, ...node.captured];
    if (
      !needs.every(
        (name) => name === '' || graph.initializers.has(name) || values.has(name) || isFed(node.index, name),
      )
    )
      continue;
    nodes.add(node.index);
    for (const name of node.outputs) values.add(name);
  }
  return (node) => nodes.has(node);
}

/** Entries of one tensor that differ from its primary: the module that made it and the one that reads it disagree. */
function aliasDifferences(
  context: CompareContext,
  paired: ReadonlyMap<string, PairedTensor>,
): AliasDifference[] {
  const differences: AliasDifference[] = [];
  for (const [tensor, { primary, others }] of paired) {
    for (const other of others) {
      if (!isComparableDtype(primary.entry.dtype) || other.entry.dtype !== primary.entry.dtype) continue;
      if (fitDims(other.entry.dims, primary.entry.dims)?.kind === undefined) continue;
      const count = primary.entry.dims.reduce((all, dim) => all * dim, 1);
      const isTurned = primary.transform.kind === 'permutation' && other.transform.kind !== 'permutation';
      const { comparison } = context.comparer.compare(
        { ...entrySource(context.dump, other.entry), count },
        entrySource(context.dump, primary.entry),
        isTurned
          ? {
              dims: other.entry.dims,
              atol: 0,
              rtol: 0,
              transform: primary.transform,
              referenceDims: primary.entry.dims,
            }
          : { dims: [count], atol: 0, rtol: 0 },
      );
      if (comparison.unequal > 0)
        differences.push({ tensor, produced: primary.entry, consumed: other.entry, comparison });
    }
  }
  return differences;
}

function refereeErrors(context: CompareContext, sample: DumpSample): Map<string, number> {
  const errors = new Map<string, number>();
  if (sample.referee === undefined) return errors;
  const exact = new Map(sample.referee.map((entry) => [entry.key, entry]));
  const seen = new Map<string, number>();
  for (const entry of sample.entries) {
    const referee = exact.get(entry.key);
    if (referee === undefined || !isComparableDtype(entry.dtype) || referee.dtype !== 'float64') continue;
    let error = seen.get(entry.storage);
    if (error === undefined) {
      const count = entry.dims.reduce((all, dim) => all * dim, 1);
      error = context.comparer.compare(
        { ...entrySource(context.dump, entry), count },
        entrySource(context.dump, referee),
        { dims: [count], atol: 0, rtol: 0 },
      ).comparison.maxAbs;
      seen.set(entry.storage, error);
    }
    errors.set(entry.key, error);
  }
  return errors;
}
