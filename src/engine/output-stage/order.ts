import type { NmsRules } from '../../shared/output-stage.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';

/** Candidates that are looked at; more are cut at the lowest scores, and told. */
export const MOST_CANDIDATES = 2 ** 20;

/** Candidates in the order in which suppression meets them. */
export interface Order {
  /** Places in the score matrix: row · columns + column. */
  readonly places: Uint32Array;
  readonly scores: Float32Array;
  readonly columns: number;
  /** Candidates of lower score that were left out because there are too many. */
  readonly left: number;
}

/**
 * Every candidate with a score of at least `floor`, highest first; ties by index or against it. NaN scores are no
 * candidates. With `single-label` a row stands only for its first best class.
 */
export function orderOf(
  raw: RawBoxes,
  { labelMode, tieOrder }: Pick<NmsRules, 'labelMode' | 'tieOrder'>,
  floor: number,
): Order {
  const { columns } = rawShape(raw);
  const all =
    labelMode === 'single-label' && columns > 1 ? bestPlaces(raw, columns, floor) : placesAbove(raw, floor);
  const held = all.length > MOST_CANDIDATES ? highest(all, raw.scores) : all;
  const sorted = sortByScore(held, raw.scores, tieOrder === 'reverse-index');
  const scores = new Float32Array(sorted.length);
  sorted.forEach((place, index) => (scores[index] = raw.scores[place] ?? NaN));
  return { places: sorted, scores, columns, left: all.length - held.length };
}

function placesAbove({ scores }: RawBoxes, floor: number): Uint32Array {
  let count = 0;
  for (let place = 0; place < scores.length; place++) if ((scores[place] ?? NaN) >= floor) count++;
  const places = new Uint32Array(count);
  for (let place = 0, to = 0; place < scores.length; place++) {
    if ((scores[place] ?? NaN) >= floor) places[to++] = place;
  }
  return places;
}

/** The first highest class of a row, as argmax gives it. -1 where all are NaN. */
export function bestColumn(scores: Float32Array, row: number, columns: number): number {
  let best = -1;
  let highestScore = NaN;
  for (let column = 0; column < columns; column++) {
    const score = scores[row * columns + column] ?? NaN;
    if (score > highestScore || (best === -1 && !Number.isNaN(score))) {
      best = column;
      highestScore = score;
    }
  }
  return best;
}

function bestPlaces({ scores }: RawBoxes, columns: number, floor: number): Uint32Array {
  const rows = scores.length / columns;
  const places = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const column = bestColumn(scores, row, columns);
    if (column >= 0 && (scores[row * columns + column] ?? NaN) >= floor)
      places[count++] = row * columns + column;
  }
  return places.subarray(0, count);
}

/** Without sorting all of them: the cut is found among the scores alone. */
function highest(places: Uint32Array, scores: Float32Array): Uint32Array {
  const values = new Float32Array(places.length);
  places.forEach((place, index) => (values[index] = scores[place] ?? NaN));
  values.sort();
  const cut = values[values.length - MOST_CANDIDATES] ?? -Infinity;
  let ties = MOST_CANDIDATES - values.length + upperBound(values, cut);
  return places.filter((place) => {
    const score = scores[place] ?? NaN;
    return score > cut || (score === cut && ties-- > 0);
  });
}

/** How many of the ascending values are at most `value`. */
function upperBound(values: Float32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? NaN) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const bits = new Float32Array(1);
const word = new Uint32Array(bits.buffer);

/**
 * Sorts numbers instead of calling a comparison: 32 bits that fall as the score grows, then 20 bits of position, in one
 * exact float64.
 */
function sortByScore(places: Uint32Array, scores: Float32Array, isReversed: boolean): Uint32Array {
  const count = places.length;
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    // −0 and 0 are one score.
    bits[0] = (scores[places[index] ?? 0] ?? NaN) + 0;
    const pattern = word[0] ?? 0;
    const ascending = pattern >= 0x8000_0000 ? 0xffff_ffff - pattern : pattern + 0x8000_0000;
    keys[index] = (0xffff_ffff - ascending) * MOST_CANDIDATES + (isReversed ? count - 1 - index : index);
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => {
    const index = key % MOST_CANDIDATES;
    return places[isReversed ? count - 1 - index : index] ?? 0;
  });
}

/** How many candidates of the order pass the threshold: they come first. */
export function countAbove({ scores }: Order, threshold: number | 'none', isStrict: boolean): number {
  if (threshold === 'none') return scores.length;
  // A float32 score is compared with the threshold as float32.
  const limit = Math.fround(threshold);
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const score = scores[middle] ?? NaN;
    if (isStrict ? score > limit : score >= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
