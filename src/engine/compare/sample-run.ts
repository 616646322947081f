import type { ValueStats } from '../../shared/comparison.ts';
import type { ComparableDtype } from '../../shared/dtype.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import { errorLine, errorToWire } from '../../shared/errors.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { AliasDifference, Measured } from '../diagnose/index.ts';
import type { NameMatch, Pair, PairedTensor } from '../match/index.ts';
import { fitDims, matchByNames, pairedTensors, proposeByValue } from '../match/index.ts';
import { defaultTolerance, sliceAxisOf } from '../metric/index.ts';
import type { TensorSource } from '../metric/index.ts';
import type { InputType, Plan } from '../run/index.ts';
import { execute, planSegments, tensorFacts } from '../run/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import { fedEdges } from './fed-edges.ts';
import type { FedInput, SampleInputs } from './inputs.ts';
import { inputsOf } from './inputs.ts';
import { unjudgedRow } from './rows.ts';

export interface SampleRun {
  readonly sample: DumpSample;
  readonly inputs: readonly FedInput[];
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly match: NameMatch;
  readonly paired: ReadonlyMap<string, PairedTensor>;
  readonly free: ReadonlyMap<string, Measured>;
  readonly fed: ReadonlyMap<string, Measured>;
  readonly isFed: (node: number, name: string) => boolean;
  readonly aliasDifferences: readonly AliasDifference[];
  /** Error of the recorded float32 run against its float64 referee, per entry key: max|r32 − r64|. */
  readonly referee: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
  /** No value for some model input: there was no free run, own errors are all there is. */
  readonly ownErrorsOnly: boolean;
  /** Copies of the graph outputs of the free run. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** Free run, value check, fed run: everything measured, nothing judged. */
export async function runSample(context: CompareContext, sample: DumpSample): Promise<SampleRun> {
  const { fed: inputs, missing } = inputsOf(context, sample);
  const { facts, plan } = await planFor(context, inputs, missing);
  stage(context, 'match', 0, 1);
  const named = matchByNames({
    graph: context.graph,
    facts,
    sample,
    recording: context.dump.recording,
    inputs: new Map(
      inputs.flatMap((input) => (input.entry === undefined ? [] : [[input.name, input.entry]])),
    ),
    map: context.map,
  });
  if (missing.length > 0) refuseUnlessJudgeable(context, named, missing);
  const outputs = new Map<string, Tensor>();
  const keepOutput = (name: string, tensor: Tensor): void => {
    if (context.graph.tensors.get(name)?.isOutput === true)
      outputs.set(name, { ...tensor, bytes: tensor.bytes.slice() });
  };
  const nothing = { segments: [], overBudget: [] };
  const free = await run(
    context,
    'free-run',
    missing.length > 0 ? nothing : plan,
    facts,
    inputs,
    named.scopeOf,
    pairedTensors(named),
    new Map(),
    () => true,
    keepOutput,
  );
  const { match, remeasure } = checkByValue(context, sample, named, free);
  const paired = pairedTensors(match);
  if (remeasure.size > 0) {
    const again = await run(
      context,
      'value-check',
      plan,
      facts,
      inputs,
      match.scopeOf,
      paired,
      new Map(),
      (name) => remeasure.has(name),
    );
    for (const [name, measured] of again) free.set(name, measured);
  }
  const unholdable = new Map<string, number>();
  const types = typesOf(facts, free);
  const edges = fedEdges(context.graph, match, paired, types, context.dump, (pair, count) =>
    unholdable.set(pair.entry.key, count),
  );
  const fedPlan =
    missing.length > 0
      ? planSegments(
          context.graph,
          facts,
          segmentBudget(context.options.memoryBytes),
          computable(context, inputs, edges.isFed),
        )
      : plan;
  const fed = await run(
    context,
    'fed-run',
    fedPlan,
    facts,
    inputs,
    match.scopeOf,
    paired,
    edges.edges,
    () => true,
  );
  return {
    sample,
    inputs,
    facts,
    match,
    paired,
    free,
    fed,
    isFed: edges.isFed,
    aliasDifferences: aliasDifferences(context, paired),
    referee: refereeErrors(context, sample),
    outputs,
    ownErrorsOnly: missing.length > 0,
    notes: [
      ...missing.map(({ refusal }) => errorLine(errorToWire(refusal))),
      ...match.notes,
      ...[...unholdable].map(([key, count]) => `${count} values of ${key} do not fit the candidate's dtype`),
    ],
  };
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

/** Actual types where a run showed them, else what the runtime infers. */
function typesOf(
  facts: ReadonlyMap<string, TensorFacts>,
  free: ReadonlyMap<string, Measured>,
): Map<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const [name, { dtype, dims }] of facts)
    if (dtype !== undefined && dims !== undefined) types.set(name, { dtype, dims });
  for (const [name, measured] of free) types.set(name, measured.type);
  return types;
}

/** Nodes whose every input is a weight, at hand, fed, or made by such a node. */
function computable(
  context: CompareContext,
  inputs: readonly FedInput[],
  isFed: (node: number, name: string) => boolean,
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

async function planFor(
  context: CompareContext,
  inputs: readonly FedInput[],
  missing: SampleInputs['missing'],
): Promise<{ facts: ReadonlyMap<string, TensorFacts>; plan: Plan }> {
  const key = inputs
    .map((input) => `${input.name} ${input.tensor.dtype} ${input.tensor.dims.join()}`)
    .join('; ');
  const known = context.plans.get(key);
  if (known !== undefined) return known;
  const types = new Map<string, InputType>(inputs.map((input) => [input.name, input.tensor]));
  for (const { input } of missing) {
    const dims = input.dims?.filter((dim) => typeof dim === 'number');
    const isStatic = dims !== undefined && dims.length === input.dims?.length;
    types.set(input.name, { dtype: input.dtype ?? 'float32', dims: isStatic ? dims : undefined });
  }
  // Constant folding turns Shape → Gather → Concat chains into numbers, which the shapes of Reshape and Expand need.
  const facts = await tensorFacts(context.model, context.graph, types, {
    ...context.settings,
    level: 'basic',
  });
  const plan = planSegments(context.graph, facts, segmentBudget(context.options.memoryBytes));
  // The fed run reads about as much as it makes, and weights are copied once more.
  const most = plan.segments.reduce((bytes, segment) => Math.max(bytes, segment.bytes), 0);
  context.arena.reserve(Math.min(2.5 * most, 0.6 * context.options.memoryBytes));
  const made = { facts, plan };
  context.plans.set(key, made);
  return made;
}

/** Larger segments gain nothing and touch more fresh memory. */
const LARGEST_SEGMENT = 96 * 2 ** 20;

/**
 * Bytes for what one segment makes. As much again is fed to it in the fed run; the rest of the memory allowed is for
 * carried values, the runtime's scratch and one whole tensor at a time that needs a cast or a permutation.
 */
export function segmentBudget(memoryBytes: number): number {
  return Math.min(memoryBytes * 0.3, LARGEST_SEGMENT);
}

async function run(
  context: CompareContext,
  name: 'free-run' | 'value-check' | 'fed-run',
  plan: Plan,
  facts: ReadonlyMap<string, TensorFacts>,
  inputs: readonly FedInput[],
  scopeOf: readonly string[],
  paired: ReadonlyMap<string, PairedTensor>,
  fed: Parameters<typeof execute>[0]['fed'],
  wants: (tensor: string) => boolean,
  onTensor?: (name: string, tensor: Tensor) => void,
): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  await execute({
    model: context.model,
    graph: context.graph,
    facts,
    plan,
    settings: context.settings,
    arena: context.arena,
    carryLimit: context.options.memoryBytes * 0.2,
    inputs: new Map(inputs.map((input) => [input.name, input.tensor])),
    fed,
    wants,
    onTensor: (tensorName, tensor) => {
      onTensor?.(tensorName, tensor);
      // What is left out is still run and looked at: tolerances need the magnitudes inside a stretch.
      const pair = isSelected(context, scopeOf, tensorName) ? paired.get(tensorName)?.primary : undefined;
      const one = measure(context, tensor, pair, name === 'fed-run');
      if (one === undefined) return;
      measured.set(tensorName, one);
      if (name === 'free-run')
        context.emit({ type: 'row', row: unjudgedRow(context, tensorName, one, paired.get(tensorName)) });
    },
    onSegment: (node, segment) =>
      stage(context, name, segment, plan.segments.length, context.graph.nodes[node]?.name ?? ''),
  });
  return measured;
}

/** By `--include` and `--exclude`; graph outputs are always compared. */
export function isSelected(context: CompareContext, scopeOf: readonly string[], name: string): boolean {
  const tensor = context.graph.tensors.get(name);
  if (tensor?.producer === undefined || tensor.isOutput) return true;
  return context.selects(
    scopeOf[tensor.producer] ?? '',
    context.graph.nodes[tensor.producer]?.name ?? '',
    name,
  );
}

function measure(
  context: CompareContext,
  tensor: Tensor,
  pair: Pair | undefined,
  withSlices: boolean,
): Measured | undefined {
  const { dtype, dims } = tensor;
  if (!isComparableDtype(dtype)) return undefined;
  const type = { dtype, dims };
  const source = { dtype, bytes: tensor.bytes };
  const transform = pair === undefined ? undefined : fitDims(dims, pair.entry.dims);
  if (pair === undefined || transform === undefined || !isComparableDtype(pair.entry.dtype)) {
    return { type, stats: context.comparer.stats(source), comparison: undefined, slices: undefined };
  }
  const tolerance = defaultTolerance(dtype, pair.entry.dtype);
  const { comparison, slices } = context.comparer.compare(source, entrySource(context, pair.entry), {
    dims,
    atol: context.options.atol ?? tolerance.atol,
    rtol: context.options.rtol ?? tolerance.rtol,
    transform: pair.transform.kind === 'permutation' ? pair.transform : transform,
    referenceDims: pair.entry.dims,
    ...(withSlices ? { sliceAxis: sliceAxisOf(dims) } : {}),
  });
  return { type, stats: comparison.candidate, comparison, slices };
}

function entrySource(context: CompareContext, entry: DumpEntry): TensorSource {
  return {
    dtype: entry.dtype as ComparableDtype,
    read: (start, count, target) => context.dump.read(entry, start, count, target),
  };
}

/** At noise level: what float arithmetic can differ by without anything being wrong, generously. */
const AGREES = 1e-4;

function agrees(free: ReadonlyMap<string, Measured>, pair: Pair): boolean {
  const comparison = free.get(pair.tensor)?.comparison;
  return comparison !== undefined && comparison.nonFiniteMismatch === 0 && comparison.relativeL2 <= AGREES;
}

/** Rule 7 on the whole matching. A proposal counts only if the two fingerprints agree, and the next run compares them element by element. */
function checkByValue(
  context: CompareContext,
  sample: DumpSample,
  named: NameMatch,
  free: ReadonlyMap<string, Measured>,
): { match: NameMatch; remeasure: ReadonlySet<string> } {
  const placed = new Set([
    ...named.pairs.map((pair) => pair.entry.key),
    ...named.folded.map((folded) => folded.entry.key),
  ]);
  const unplaced = sample.entries.filter(
    (entry) => !placed.has(entry.key) && entry.op === undefined && isComparableDtype(entry.dtype),
  );
  const disagreeing = named.pairs.filter(
    (pair) => free.get(pair.tensor)?.comparison !== undefined && !agrees(free, pair),
  );
  if (unplaced.length === 0 && disagreeing.length === 0) return { match: named, remeasure: new Set() };
  const stats = new Map<string, ValueStats>();
  const byStorage = new Map<string, ValueStats>();
  for (const entry of [...disagreeing.map((pair) => pair.entry), ...unplaced]) {
    let known = byStorage.get(entry.storage);
    if (known === undefined) {
      known = context.comparer.stats({
        ...entrySource(context, entry),
        count: entry.dims.reduce((all, dim) => all * dim, 1),
      });
      byStorage.set(entry.storage, known);
    }
    stats.set(entry.key, known);
  }
  const tensors = new Map(
    [...free].map(([name, measured]) => [name, { stats: measured.stats, dims: measured.type.dims }]),
  );
  const proposals = proposeByValue(named, unplaced, {
    graph: context.graph,
    tensors,
    entries: stats,
    agrees: (pair) => agrees(free, pair),
  });
  if (proposals.length === 0) return { match: named, remeasure: new Set() };
  const moved = new Set(proposals.map((proposal) => proposal.pair.tensor));
  const left = proposals.flatMap(({ pair }) => pair.repairedFrom ?? []);
  const replaced = new Set(proposals.map((proposal) => proposal.pair.entry.key));
  // A tensor that fits another entry no longer stands for the entry that it does not fit.
  const kept = named.pairs.filter(
    (pair) =>
      !replaced.has(pair.entry.key) &&
      !(moved.has(pair.tensor) && !agrees(free, pair) && pair.rule !== 'map'),
  );
  const pairs = [...kept, ...proposals.map((proposal) => proposal.pair)];
  return { match: { ...named, pairs }, remeasure: new Set([...moved, ...left]) };
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
      const { comparison } = context.comparer.compare(
        { ...entrySource(context, other.entry), count },
        entrySource(context, primary.entry),
        { dims: [count], atol: 0, rtol: 0 },
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
        { ...entrySource(context, entry), count },
        entrySource(context, referee),
        { dims: [count], atol: 0, rtol: 0 },
      ).comparison.maxAbs;
      seen.set(entry.storage, error);
    }
    errors.set(entry.key, error);
  }
  return errors;
}
