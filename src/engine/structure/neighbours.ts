import { isEqual } from './equal.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { NEARLY_ALL, outOf } from './overlap.ts';
import { axesText, coordinate, coordinates } from './places.ts';

/** Steps along an axis; an enlarged map repeats its elements, so that the next other one may be 2 away. */
const NEAR = [-1, 0, 1];
const FAR = [-2, -1, 0, 1, 2];

/** A step to a neighbour along each of the axes. */
type Offset = readonly number[];

interface Neighbourhood {
  readonly axes: readonly number[];
  readonly offsets: readonly Offset[];
}

/** Of fewer levels the neighbour's is soon met: masks, class numbers. */
const FEW_LEVELS = 8;

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

/** One axis before two, near before far: the first that explains the error is the simplest. */
function neighbourhoods(dims: readonly number[]): Neighbourhood[] {
  const long = dims.flatMap((dim, axis) => (dim >= 2 ? [axis] : []));
  const single = (steps: readonly number[]): Neighbourhood[] =>
    long.map((axis) => ({ axes: [axis], offsets: steps.filter((step) => step !== 0).map((step) => [step]) }));
  const double = (steps: readonly number[]): Neighbourhood[] =>
    long.slice(1).map((axis, place) => ({
      axes: [long[place] ?? 0, axis],
      offsets: steps
        .flatMap((a) => steps.map((b) => [a, b]))
        .filter(([a, b]) => a !== 0 || b !== 0)
        .sort((a, b) => reach(a) - reach(b)),
    }));
  return [NEAR, FAR].flatMap((steps) => [...single(steps), ...double(steps)]);
}

const reach = (offset: Offset): number => offset.reduce((sum, step) => sum + step * step, 0);

interface Matches {
  readonly matched: number;
  readonly byOffset: readonly number[];
  readonly evidence: number;
}

function matches(facts: ErrorFacts, { axes, offsets }: Neighbourhood): Matches {
  const { candidate, reference, tolerance, isFloat, levels, marks, wrong } = facts;
  const byOffset = offsets.map(() => 0);
  const allowed = (1 - NEARLY_ALL) * wrong;
  const cheap = !isFloat || levels.distinct < FEW_LEVELS;
  let [matched, missed, evidence] = [0, 0, 0];
  for (let index = 0; index < marks.length && missed <= allowed; index++) {
    if (marks[index] !== WRONG) continue;
    const t = candidate[index] ?? NaN;
    let neighbour = NaN;
    const place = offsets.findIndex((offset) => {
      const from = neighbourOf(facts, axes, offset, index);
      neighbour = from < 0 ? NaN : (reference[from] ?? NaN);
      return from >= 0 && isEqual(t, neighbour, tolerance);
    });
    if (place < 0) {
      missed++;
      continue;
    }
    matched++;
    byOffset[place] = (byOffset[place] ?? 0) + 1;
    // Zeros are found everywhere.
    if (isFloat && t === 0) continue;
    const nats = cheap ? Math.log(levels.distinct) : surprise(t, reference[index] ?? NaN, neighbour);
    evidence += nats - Math.log(offsets.length);
  }
  return { matched, byOffset, evidence };
}

/** −ln of the chance that a value as far from r as t comes as near to the neighbour, or nearer; float32 has no nearer than this. */
function surprise(t: number, r: number, neighbour: number): number {
  const d = Math.abs(t - r);
  if (!Number.isFinite(d)) return 0;
  const gap = Math.max(Math.abs(t - neighbour), 2 ** -24 * Math.abs(t), 2 ** -24 * d);
  return Math.max(0, Math.log(d / (2 * gap)));
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
