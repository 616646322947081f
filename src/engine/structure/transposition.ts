import { stridesOf } from '../tensor/index.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { coordinate } from './places.ts';
import { relocation, repairEvidence } from './relocation.ts';

/**
 * Two axes are exchanged. Where they differ in length the values are in the order of the exchanged axes, in the shape
 * of the others: a reshape in the place of a transpose.
 */
export function transposition(facts: ErrorFacts): Found | undefined {
  const { dims } = facts;
  const pairs = dims.flatMap((first, a) =>
    dims
      .slice(a + 1)
      .flatMap((second, past) => (first < 2 || second < 2 ? [] : [[a, a + 1 + past] as const])),
  );
  for (const [a, b] of pairs) {
    const [first, second] = [dims[a] ?? 1, dims[b] ?? 1];
    const exchanged = dims.with(a, second).with(b, first);
    // Read the reference with exchanged axes; or write the candidate so, which differs only for unequal lengths.
    for (const source of first === second
      ? [exchangedIndex(dims, dims, a, b)]
      : [exchangedIndex(exchanged, dims, a, b), exchangedIndex(dims, exchanged, a, b)]) {
      const moved = relocation(facts, source);
      if (moved === undefined) continue;
      const evidence = repairEvidence(facts, moved, 2 * pairs.length);
      if (evidence < ENOUGH) continue;
      const how =
        first === second
          ? `with axes ${a} and ${b} (both of length ${first}) exchanged`
          : `in the order of axes ${a} and ${b} (${first} × ${second}) exchanged, without the exchange of the shape`;
      return {
        kind: 'transposition',
        text: `the candidate is the reference ${how}: ${moved.equal} of ${moved.compared} elements equal then`,
        share: moved.repaired / facts.wrong,
        figures: { axes: [a, b], lengths: [first, second], repaired: moved.repaired },
        evidence,
      };
    }
  }
  return undefined;
}

/** Flat index over `from` dims → flat index over `to` dims of the element with the coordinates of a and b exchanged. */
function exchangedIndex(
  from: readonly number[],
  to: readonly number[],
  a: number,
  b: number,
): (index: number) => number {
  const fromStrides = stridesOf(from);
  const toStrides = stridesOf(to);
  return (index) => {
    let at = 0;
    for (let axis = 0; axis < from.length; axis++) {
      const target = axis === a ? b : axis === b ? a : axis;
      at += coordinate(index, from, fromStrides, axis) * (toStrides[target] ?? 1);
    }
    return at;
  };
}
