import { sameDims } from '../tensor/index.ts';
import type { ValueFacts, ValueProposal } from './by-value.ts';
import type { Pair } from './pair.ts';
import { usualTurns } from './shape-fit.ts';

/** One pair alone that seems turned is more likely a wrong Transpose than a layout. */
const LEAST = 2;

/**
 * Pairs whose dims are the same in either layout (a cube) and whose values are those of the tensor in another order.
 * That is a layout of the recording, not a fault, only where no pair of that rank agrees as it stands and several
 * seem turned: else a wrong Transpose would be explained away.
 */
export function proposeTurned(
  disagreeing: readonly Pair[],
  agreeing: readonly Pair[],
  hasSameValues: (pair: Pair) => boolean,
  facts: ValueFacts,
): ValueProposal[] {
  const straight = new Set(
    agreeing
      .filter((pair) => pair.transform.kind === 'none' && facts.tensors.has(pair.tensor))
      .map((pair) => pair.entry.dims.length),
  );
  const proposals = disagreeing.flatMap((pair): ValueProposal[] => {
    const dims = facts.tensors.get(pair.tensor)?.dims ?? [];
    if (pair.rule === 'map' || pair.transform.kind !== 'none' || straight.has(dims.length)) return [];
    if (!sameDims(dims, pair.entry.dims) || !hasSameValues(pair)) return [];
    const transforms = usualTurns(dims);
    const [transform] = transforms;
    return transform === undefined ? [] : [{ kind: 'repair', pair: { ...pair, transform }, transforms }];
  });
  return new Set(proposals.map(({ pair }) => pair.tensor)).size < LEAST ? [] : proposals;
}
