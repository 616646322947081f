import type { TensorComparison, ValueStats } from '../../shared/comparison.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import type { Measured } from '../diagnose/index.ts';
import type { DumpEntry, DumpSample } from '../dump/index.ts';
import type { NameMatch, Pair, PairedTensor, Transform, ValueProposal } from '../match/index.ts';
import { pairedTensors, proposeByValue, withProposals } from '../match/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { entrySource } from './measure.ts';

/** At noise level: what float arithmetic can differ by without anything being wrong, generously. */
const AGREES = 1e-4;

/** Runs once more for some tensors, measured against these pairs. */
export type Rerun = (
  paired: ReadonlyMap<string, PairedTensor>,
  wants: (tensor: string) => boolean,
  onTensor: (name: string, tensor: Tensor) => void,
) => Promise<ReadonlyMap<string, Measured>>;

/**
 * Rule 7 on the whole matching: what fingerprints propose is compared element by element, and only what agrees counts.
 * Measurements of tensors whose pairs changed are replaced in `free`.
 */
export async function checkByValue(
  context: CompareContext,
  sample: DumpSample,
  named: NameMatch,
  free: Map<string, Measured>,
  rerun: Rerun,
): Promise<NameMatch> {
  if (free.size === 0) return named;
  const agrees = agreement(named, free);
  const placed = new Set([
    ...named.pairs.map((pair) => pair.entry.key),
    ...named.folded.map((folded) => folded.entry.key),
  ]);
  const unplaced = sample.entries.filter(
    (entry) => !placed.has(entry.key) && entry.op === undefined && isComparableDtype(entry.dtype),
  );
  const doubted = named.pairs.filter((pair) => free.has(pair.tensor) && agrees(pair) !== true);
  const proposals = proposeByValue(named, sample, unplaced, {
    graph: context.graph,
    tensors: new Map([...free].map(([name, { stats, type }]) => [name, { stats, dims: type.dims }])),
    entries: fingerprints(context, [...doubted.map((pair) => pair.entry), ...unplaced]),
    agrees,
  });
  if (proposals.length === 0) return named;
  const hoped = withProposals(named, proposals, agrees);
  const touched = new Set(proposals.flatMap(({ pair }) => [pair.tensor, pair.repairedFrom ?? pair.tensor]));
  const accepted: ValueProposal[] = [];
  const wants = (name: string): boolean => touched.has(name);
  let again = await rerun(pairedTensors(hoped), wants, (name, tensor) => {
    for (const proposal of proposals) {
      const transform = proposal.pair.tensor === name ? fitting(context, tensor, proposal) : undefined;
      if (transform !== undefined) accepted.push({ ...proposal, pair: { ...proposal.pair, transform } });
    }
  });
  const isAsHoped =
    accepted.length === proposals.length && accepted.every((one) => one.pair.transform === one.transforms[0]);
  const match = isAsHoped ? hoped : withProposals(named, accepted, agrees);
  if (!isAsHoped) again = await rerun(pairedTensors(match), wants, () => undefined);
  for (const [name, measured] of again) free.set(name, measured);
  return match;
}

/** By the free run's comparison, which is with the primary's stored tensor; of other entries of a tensor nothing is known yet. */
function agreement(
  named: NameMatch,
  free: ReadonlyMap<string, Measured>,
): (pair: Pair) => boolean | undefined {
  const paired = pairedTensors(named);
  return (pair) => {
    const comparison = free.get(pair.tensor)?.comparison;
    const primary = paired.get(pair.tensor)?.primary;
    if (comparison === undefined || primary?.entry.storage !== pair.entry.storage) return undefined;
    return isAtNoiseLevel(comparison);
  };
}

export function isAtNoiseLevel({ nonFiniteMismatch, relativeL2 }: TensorComparison): boolean {
  return nonFiniteMismatch === 0 && relativeL2 <= AGREES;
}

function fingerprints(context: CompareContext, entries: readonly DumpEntry[]): Map<string, ValueStats> {
  const stats = new Map<string, ValueStats>();
  const byStorage = new Map<string, ValueStats>();
  for (const entry of entries) {
    if (!isComparableDtype(entry.dtype)) continue;
    let known = byStorage.get(entry.storage);
    if (known === undefined) {
      known = context.comparer.stats({
        ...entrySource(context.dump, entry),
        count: elementCount(entry.dims),
      });
      byStorage.set(entry.storage, known);
    }
    stats.set(entry.key, known);
  }
  return stats;
}

/** The first layout under which the tensor's elements are the entry's. */
function fitting(
  context: CompareContext,
  tensor: Tensor,
  { pair, transforms }: ValueProposal,
): Transform | undefined {
  const { dtype, dims, bytes } = tensor;
  if (!isComparableDtype(dtype) || !isComparableDtype(pair.entry.dtype)) return undefined;
  return transforms.find((transform) => {
    const { comparison } = context.comparer.compare({ dtype, bytes }, entrySource(context.dump, pair.entry), {
      dims,
      atol: 0,
      rtol: 0,
      transform,
      referenceDims: pair.entry.dims,
    });
    return isAtNoiseLevel(comparison);
  });
}
