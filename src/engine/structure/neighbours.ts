import { isEqual } from './equal.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { NEARLY_ALL, outOf } from './overlap.ts';
import { axesText, coordinate, coordinates } from './places.ts';

/** A step to a neighbour: −1, 0 or 1 along each of the axes. */
type Offset = readonly number[];

interface Neighbourhood {
  readonly axes: readonly number[];
  readonly offsets: readonly Offset[];
}

/** Each wrong element equals its neighbour in the reference: an index rounded the other way, an off-by-one. */
export function neighbours(facts: ErrorFacts): Found | undefined {
  for (const around of neighbourhoods(facts.dims)) {
    const { matched, byOffset, evidence } = matches(facts, around);
    if (matched < NEARLY_ALL * facts.wrong || evidence < ENOUGH) continue;
    const used = around.offsets.filter((_, place) => (byOffset[place] ?? 0) > 0);
    const said = used.map((offset) => offset.map(signed).join(', ')).join(' or ');
    const first = coordinates(facts.probes[0] ?? 0, facts.dims, facts.strides);
    const one = facts.wrong === 1;
    return {
      kind: 'neighbours',
      text: `${facts.wrong} of ${facts.size} elements ${one ? 'is' : 'are'} wrong and ${one ? 'it equals' : `${outOf(matched, facts.wrong)} equal`} the reference's neighbour at ${said} on ${axesText(around.axes)} (${one ? 'at' : 'first at'} [${first.join(', ')}]): index rounding`,
      share: matched / facts.wrong,
      figures: { axes: around.axes, offsets: used.flat(), matched, elements: facts.size, first },
      evidence,
    };
  }
  return undefined;
}

const signed = (step: number): string => (step > 0 ? `+${step}` : step < 0 ? `−${-step}` : '0');

function neighbourhoods(dims: readonly number[]): Neighbourhood[] {
  const long = dims.flatMap((dim, axis) => (dim >= 2 ? [axis] : []));
  const single = long.map((axis) => ({ axes: [axis], offsets: [[-1], [1]] }));
  const steps = [-1, 0, 1];
  const around = steps.flatMap((a) => steps.map((b) => [a, b])).filter(([a, b]) => a !== 0 || b !== 0);
  const double = long.slice(1).map((axis, place) => ({ axes: [long[place] ?? 0, axis], offsets: around }));
  return [...single, ...double];
}

interface Matches {
  readonly matched: number;
  readonly byOffset: readonly number[];
  readonly evidence: number;
}

function matches(facts: ErrorFacts, { axes, offsets }: Neighbourhood): Matches {
  const { candidate, reference, tolerance, isFloat, levels, marks, wrong } = facts;
  const byOffset = offsets.map(() => 0);
  const most = Math.log(isFloat ? levels.resolution : levels.distinct);
  const allowed = (1 - NEARLY_ALL) * wrong;
  let [matched, missed, evidence] = [0, 0, 0];
  for (let index = 0; index < marks.length && missed <= allowed; index++) {
    if (marks[index] !== WRONG) continue;
    const t = candidate[index] ?? NaN;
    const place = offsets.findIndex((offset) => {
      const from = neighbourOf(facts, axes, offset, index);
      return from >= 0 && isEqual(t, reference[from] ?? NaN, tolerance);
    });
    if (place < 0) {
      missed++;
      continue;
    }
    matched++;
    byOffset[place] = (byOffset[place] ?? 0) + 1;
    // Zeros are found everywhere; and what is only just wrong is near its neighbour anyway.
    const d = Math.abs(t - (reference[index] ?? NaN));
    if (isFloat && t === 0) continue;
    const nats = isFloat && Number.isFinite(d) ? Math.min(most, Math.log(d / (2 * tolerance))) : most;
    evidence += nats - Math.log(offsets.length);
  }
  return { matched, byOffset, evidence };
}

/** Flat index of the neighbour, negative beyond the edge. */
function neighbourOf(
  { dims, strides }: ErrorFacts,
  axes: readonly number[],
  offset: Offset,
  index: number,
): number {
  let from = index;
  for (let place = 0; place < axes.length; place++) {
    const axis = axes[place] ?? 0;
    const step = offset[place] ?? 0;
    const at = coordinate(index, dims, strides, axis) + step;
    if (at < 0 || at >= (dims[axis] ?? 1)) return -1;
    from += step * (strides[axis] ?? 1);
  }
  return from;
}
