import type { TensorComparison } from '../../shared/comparison.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { ErrorMeasure, PairRow, TensorRow } from '../../shared/report.ts';
import type { Evidence, JudgedTensor, Measured } from '../diagnose/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { Pair, PairedTensor } from '../match/index.ts';
import { transformToJson } from '../match/index.ts';
import type { CompareContext } from './context.ts';

/** One row for every value that a top-level node makes, in execution order. */
export function tensorRows(
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  facts: ReadonlyMap<string, TensorFacts>,
  isSelected: (name: string) => boolean,
): TensorRow[] {
  const { graph } = evidence;
  const row = (name: string, node: number): TensorRow =>
    tensorRow(evidence, judged.get(name), facts.get(name), node, name, isSelected(name));
  const made = graph.nodes.flatMap((node) =>
    node.outputs.filter((name) => name !== '').map((name) => row(name, node.index)),
  );
  const passed = graph.outputs.filter((name) => graph.tensors.get(name)?.producer === undefined);
  return [...made, ...passed.map((name) => row(name, -1))];
}

function tensorRow(
  evidence: Evidence,
  judged: JudgedTensor | undefined,
  facts: TensorFacts | undefined,
  nodeIndex: number,
  name: string,
  selected: boolean,
): TensorRow {
  const node = evidence.graph.nodes[nodeIndex];
  const free = evidence.free.get(name);
  const fed = evidence.fed.get(name);
  const pairs = evidence.paired.get(name)?.all ?? [];
  const scale = judged?.judgement.scale;
  return {
    name,
    node: node?.name ?? '',
    opType: node?.opType ?? '',
    scope: evidence.match.scopeOf[nodeIndex] ?? '',
    dtype: free?.type.dtype ?? facts?.dtype,
    shape: free?.type.dims ?? facts?.dims,
    pairs: pairs.map(pairRow),
    state: judged?.state ?? 'not-compared',
    reason: judged === undefined ? reasonOf(pairs, facts, free !== undefined, selected) : judged.reason,
    total: measureOf(free?.comparison, scale),
    local: measureOf(fed?.comparison, scale),
    tolerance: judged?.judgement.tolerance,
    excess: judged?.judgement.excess,
    gain: judged?.gain,
    noiseFloor: judged?.noiseFloor,
    noiseSource: judged?.noiseSource,
    sample: evidence.sample,
    overSamples: undefined,
    values: free?.comparison === undefined ? free?.stats : undefined,
  };
}

function reasonOf(
  pairs: readonly Pair[],
  facts: TensorFacts | undefined,
  ran: boolean,
  selected: boolean,
): string {
  if (facts?.unfetchable !== undefined) return facts.unfetchable;
  const dtype = pairs[0]?.entry.dtype;
  if (dtype !== undefined && !isComparableDtype(dtype)) return `the reference is ${dtype}`;
  if (!selected) return 'left out by --include or --exclude';
  if (pairs.length === 0) return 'no entry of the reference stands for it';
  return ran ? 'shape differs from the reference' : 'was not computed';
}

function measureOf(
  comparison: TensorComparison | undefined,
  scale: number | undefined,
): ErrorMeasure | undefined {
  if (comparison === undefined) return undefined;
  const divisor = scale ?? Math.max(comparison.reference.maxAbs, Number.MIN_VALUE);
  return {
    ...comparison,
    scale: divisor,
    relative: comparison.nonFiniteMismatch > 0 ? Infinity : comparison.maxAbs / divisor,
  };
}

/** A row as the free run leaves it: what is kept of a tensor if the engine dies before everything is judged. */
export function unjudgedRow(
  context: CompareContext,
  name: string,
  measured: Measured,
  paired: PairedTensor | undefined,
): TensorRow {
  const producer = context.graph.tensors.get(name)?.producer;
  const node = producer === undefined ? undefined : context.graph.nodes[producer];
  return {
    name,
    node: node?.name ?? '',
    opType: node?.opType ?? '',
    scope: '',
    dtype: measured.type.dtype,
    shape: measured.type.dims,
    pairs: (paired?.all ?? []).map(pairRow),
    state: 'not-compared',
    reason: 'not judged yet',
    total: measureOf(measured.comparison, undefined),
    local: undefined,
    tolerance: undefined,
    excess: undefined,
    gain: undefined,
    noiseFloor: undefined,
    noiseSource: undefined,
    sample: 0,
    overSamples: undefined,
    values: measured.comparison === undefined ? measured.stats : undefined,
  };
}

export function pairRow(pair: Pair): PairRow {
  return {
    entry: pair.entry.key,
    rule: pair.repairedFrom === undefined ? pair.rule : `${pair.rule}, repaired from ${pair.repairedFrom}`,
    confidence: pair.confidence,
    transform: transformToJson(pair.transform) as PairRow['transform'],
  };
}
