import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { axesText, coordinate } from './places.ts';
import { hasConstantError, relocation, repairEvidence } from './relocation.ts';

const FARTHEST = 32;
const FARTHEST_OF_TWO = 3;
/** Inside, after the shift: the border may have met other padding. */
const INTERIOR = 0.95;
/** The shift has to repair at least this share of the wrong elements. */
const REPAIRED = 0.5;

interface Step {
  readonly axis: number;
  /** t[i] = r[i − by]. */
  readonly by: number;
}

/** The candidate is the reference, moved along one or two axes: asymmetric padding, an offset of positions, a roll. */
export function shift(facts: ErrorFacts): Found | undefined {
  const choices = stepsOf(facts.dims);
  // A ramp that is shifted is a ramp with an offset, which explains the ends as well.
  if (hasConstantError(facts)) return undefined;
  for (const wraps of [true, false]) {
    for (const steps of choices) {
      const moved = relocation(facts, sourceOf(facts, steps, wraps), wraps ? 1 : INTERIOR);
      if (moved === undefined || moved.repaired < REPAIRED * facts.wrong) continue;
      const evidence = repairEvidence(facts, moved, 2 * choices.length);
      if (evidence < ENOUGH) continue;
      const axes = steps.map(({ axis }) => axis);
      const by = steps.map((step) => step.by);
      const signed = by.map((k) => (k > 0 ? `+${k}` : `−${-k}`));
      return {
        kind: 'shift',
        text: `the candidate is the reference moved by ${signed.join(', ')} along ${axesText(axes)}${wraps ? ', what leaves coming in at the other end' : ''}: ${moved.equal} of ${moved.compared} elements equal then`,
        share: moved.repaired / facts.wrong,
        figures: { axes, by, wraps: wraps ? 1 : 0, compared: moved.compared, equal: moved.equal },
        evidence,
      };
    }
  }
  return undefined;
}

function stepsOf(dims: readonly number[]): Step[][] {
  const single = dims.flatMap((dim, axis) =>
    distances(dim, Math.min(FARTHEST, Math.floor(dim / 2))).map((by) => [{ axis, by }]),
  );
  const double = dims.slice(1).flatMap((dim, axis) => {
    const first = distances(dims[axis] ?? 1, Math.min(FARTHEST_OF_TWO, Math.floor((dims[axis] ?? 1) / 4)));
    const second = distances(dim, Math.min(FARTHEST_OF_TWO, Math.floor(dim / 4)));
    return first.flatMap((by) =>
      second.map((also) => [
        { axis, by },
        { axis: axis + 1, by: also },
      ]),
    );
  });
  return [...single, ...double];
}

/** 1, −1, 2, −2 … and half of a long axis; none for axes where a shift cannot be told from a swap. */
function distances(length: number, farthest: number): number[] {
  if (length < 3) return [];
  const near = Array.from({ length: farthest }, (_, place) => [place + 1, -place - 1]).flat();
  return farthest === FARTHEST && length % 2 === 0 && length > 2 * FARTHEST ? [...near, length / 2] : near;
}

function sourceOf(
  { dims, strides }: ErrorFacts,
  steps: readonly Step[],
  wraps: boolean,
): (index: number) => number {
  return (index) => {
    let from = index;
    for (const { axis, by } of steps) {
      const length = dims[axis] ?? 1;
      const at = coordinate(index, dims, strides, axis);
      const wanted = at - by;
      if (!wraps && (wanted < 0 || wanted >= length)) return -1;
      from += (((wanted + length) % length) - at) * (strides[axis] ?? 1);
    }
    return from;
  };
}
