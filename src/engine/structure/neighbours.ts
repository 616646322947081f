import { isEqual } from './equal.ts';
import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { isPromising, NEARLY_ALL, outOf } from './overlap.ts';
import { axesText, coordinate, coordinates } from './places.ts';
import { hasConstantError } from './relocation.ts';

/** Steps along an axis; an enlarged map repeats its elements, so that the next other one may be 2 away. */
const NEAR = [-1, 0, 1];
const FAR = [-2, -1, 0, 1, 2];

/** A step to a neighbour along each of the axes. */
type Offset = readonly number[];

interface Neighbourhood {
  readonly axes: readonly number[];
  readonly offsets: readonly Offset[];
}

/** Offsets told one by one. */
const SHOWN = 4;

/** Of fewer levels the neighbour's is soon met: masks, class numbers. */
const FEW_LEVELS = 8;

/** Each wrong element equals its neighbour in the reference: an index rounded the other way, an off-by-one. */
export function neighbours(facts: ErrorFacts): Found | undefined {
  if (hasConstantError(facts)) return undefined;
  for (const around of neighbourhoods(facts.dims)) {
    const meets = (index: number): boolean => neighbourPlace(facts, around.axes, around.offsets, index) >= 0;
    if (!isPromising(facts, meets)) continue;
    const { matched, byOffset, evidence } = matches(facts, around);
    if (matched < NEARLY_ALL * facts.wrong || evidence < ENOUGH) continue;
    const used = around.offsets.filter((_, place) => (byOffset[place] ?? 0) > 0);
    const said =
      used.length <= SHOWN
        ? used.map((offset) => offset.map(signed).join(', ')).join(' or ')
        : `up to ${Math.max(...used.flat().map(Math.abs))} away`;
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
  const { candidate, isFloat, levels, marks, wrong } = facts;
  const byOffset = offsets.map(() => 0);
  const allowed = (1 - NEARLY_ALL) * wrong;
  const cheap = !isFloat || levels.distinct < FEW_LEVELS;
  let [matched, missed, evidence] = [0, 0, 0];
  for (let index = 0; index < marks.length && missed <= allowed; index++) {
    if (marks[index] !== WRONG) continue;
    const place = neighbourPlace(facts, axes, offsets, index);
    if (place < 0) {
      missed++;
      continue;
    }
    matched++;
    byOffset[place] = (byOffset[place] ?? 0) + 1;
    // Zeros are found everywhere.
    if (isFloat && candidate[index] === 0) continue;
    const nats = cheap
      ? Math.log(levels.distinct)
      : surprise(facts, index, neighbourOf(facts, axes, offsets[place] ?? [], index));
    evidence += nats - Math.log(offsets.length);
  }
  return { matched, byOffset, evidence };
}

/** −ln of the chance that a value as far from r as t comes as near to the neighbour, or nearer; float32 has no nearer than this. */
function surprise({ candidate, reference }: ErrorFacts, index: number, from: number): number {
  const t = candidate[index] ?? NaN;
  const d = Math.abs(t - (reference[index] ?? NaN));
  if (!Number.isFinite(d)) return 0;
  const gap = Math.max(Math.abs(t - (reference[from] ?? NaN)), 2 ** -24 * Math.max(d, Math.abs(t)));
  return Math.max(0, Math.log(d / (2 * gap)));
}

/** The first of the offsets whose neighbour in the reference equals the candidate, −1 where there is none. */
function neighbourPlace(
  facts: ErrorFacts,
  axes: readonly number[],
  offsets: readonly Offset[],
  index: number,
): number {
  const t = facts.candidate[index] ?? NaN;
  return offsets.findIndex((offset) => {
    const from = neighbourOf(facts, axes, offset, index);
    return from >= 0 && isEqual(t, facts.reference[from] ?? NaN, facts.tolerance);
  });
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
