import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { axesText, coordinate } from './places.ts';
import { relocation, repairEvidence } from './relocation.ts';

interface Exchange {
  readonly axes: readonly number[];
  readonly how: string;
  readonly source: (index: number) => number;
}

/**
 * Axes are exchanged: two of equal length; or two neighbouring runs of axes in memory only, with the shape left as it
 * was, which is a reshape in the place of a transpose (heads and positions, NHWC and NCHW).
 */
export function transposition(facts: ErrorFacts): Found | undefined {
  const exchanges = [...transposes(facts), ...reshapes(facts)];
  for (const { axes, how, source } of exchanges) {
    const moved = relocation(facts, source);
    if (moved === undefined) continue;
    const evidence = repairEvidence(facts, moved, exchanges.length);
    if (evidence < ENOUGH) continue;
    return {
      kind: 'transposition',
      text: `the candidate is the reference with ${how}: ${moved.equal} of ${moved.compared} elements equal then`,
      share: moved.repaired / facts.wrong,
      figures: { axes, lengths: axes.map((axis) => facts.dims[axis] ?? 1), repaired: moved.repaired },
      evidence,
    };
  }
  return undefined;
}

function transposes({ dims, strides }: ErrorFacts): Exchange[] {
  return dims.flatMap((length, a) =>
    [...dims.keys()].flatMap((b) => {
      if (b <= a || length < 2 || dims[b] !== length) return [];
      const step = (strides[b] ?? 1) - (strides[a] ?? 1);
      const source = (index: number): number => {
        const apart = coordinate(index, dims, strides, a) - coordinate(index, dims, strides, b);
        return index + apart * step;
      };
      return [{ axes: [a, b], how: `axes ${a} and ${b} (both of length ${length}) exchanged`, source }];
    }),
  );
}

function reshapes({ dims }: ErrorFacts): Exchange[] {
  const range = (first: number, past: number): number[] =>
    Array.from({ length: past - first }, (_, place) => first + place);
  const product = (axes: readonly number[]): number =>
    axes.reduce((length, axis) => length * (dims[axis] ?? 1), 1);
  const exchanges: Exchange[] = [];
  for (let first = 0; first < dims.length; first++) {
    for (let middle = first + 1; middle < dims.length; middle++) {
      for (let past = middle + 1; past <= dims.length; past++) {
        const [left, right] = [range(first, middle), range(middle, past)];
        const [a, b, inner] = [product(left), product(right), product(range(past, dims.length))];
        if (a < 2 || b < 2) continue;
        const how = `${axesText(left)} and ${axesText(right)} (${a} × ${b}) exchanged in memory, but not in the shape, as by a reshape in the place of a transpose`;
        const axes = [...left, ...right];
        exchanges.push({ axes, how, source: blocks(a, b, inner) });
        if (a !== b) exchanges.push({ axes, how, source: blocks(b, a, inner) });
      }
    }
  }
  return exchanges;
}

/** Flat index over [outer, b, a, inner] → that over [outer, a, b, inner] of the same element. */
function blocks(a: number, b: number, inner: number): (index: number) => number {
  return (index) => {
    const block = Math.floor(index / inner);
    const outer = Math.floor(block / (a * b));
    const at = Math.floor(block / a) % b;
    return ((outer * a + (block % a)) * b + at) * inner + (index % inner);
  };
}
