import { isComparableDtype } from '../../shared/dtype.ts';
import { errorLine, errorToWire } from '../../shared/errors.ts';
import type { AliasDifference, Measured } from '../diagnose/index.ts';
import type { DumpSample } from '../dump/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { NameMatch, PairedTensor } from '../match/index.ts';
import { carryOver, fitDims, matchByNames, pairedTensors } from '../match/index.ts';
import { planSegments } from '../run/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import { fedEdges } from './fed-edges.ts';
import type { FedInput, SampleInputs } from './inputs.ts';
import { inputsOf } from './inputs.ts';
import { entrySource } from './measure.ts';
import { isSelected, measuredRun } from './measured-run.ts';
import { factsOf, planFor, segmentBudget } from './plan-for.ts';
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
  const { named, exported } = await matchNames(context, sample, inputs, missing, facts);
  if (missing.length > 0) refuseUnlessJudgeable(context, named, missing);
  const outputs = new Map<string, Tensor>();
  const keepOutput = (name: string, tensor: Tensor): void => {
    if (context.graph.tensors.get(name)?.isOutput === true)
      outputs.set(name, { ...tensor, bytes: tensor.bytes.slice() });
  };
  const nothing = { segments: [], overBudget: [] };
  const common = {
    sample: sample.index,
    facts,
    inputs,
    scopeOf: named.scopeOf,
    fed: new Map<number, never>(),
    wants: () => true,
  };
  const free = await measuredRun(context, {
    ...common,
    name: 'free-run',
    plan: missing.length > 0 ? nothing : plan,
    paired: pairedTensors(named),
    onTensor: keepOutput,
  });
  const match = await checkByValue(context, sample, named, free, (paired, wants, onTensor) =>
    measuredRun(context, { ...common, name: 'value-check', plan, paired, wants, onTensor }),
  );
  const paired = pairedTensors(match);
  const unholdable = new Map<string, number>();
  const types = typesOf(facts, free);
  // What is not looked at is not fed either: a fault there must not be hidden from the stretches after it.
  const looked = new Map([...paired].filter(([name]) => isSelected(context, match.scopeOf, name)));
  const edges = fedEdges(context.graph, match, looked, types, context.dump, (pair, count) =>
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
  const fed = await measuredRun(context, {
    ...common,
    name: 'fed-run',
    plan: fedPlan,
    paired,
    fed: edges.edges,
  });
  return {
    sample,
    inputs,
    facts,
    match,
    exported: exported ?? match,
    paired,
    free,
    fed,
    isFed: edges.isFed,
    aliasDifferences: aliasDifferences(context, paired),
    referee: refereeErrors(context, sample),
    outputs,
    ownErrorsOnly: missing.length > 0,
    notes: [
      ...missing.map(({ refusal }) =>
        errorLine({ ...errorToWire(refusal), file: context.options.shown.reference }),
      ),
      ...match.notes,
      ...[...unholdable].map(([key, count]) => `${count} values of ${key} do not fit the candidate's dtype`),
    ],
  };
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
        { ...entrySource(context.dump, other.entry), count },
        entrySource(context.dump, primary.entry),
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
