import { isEqual } from './equal.ts';
import type { ErrorTensor } from './error-tensor.ts';
import { FAINT, SILENT, WRONG } from './marks.ts';
import type { Range } from './ranges.ts';

export interface Marked {
  /** RIGHT, WRONG, SILENT or FAINT, an element each; only floats are silent or faint. */
  readonly marks: Uint8Array;
  readonly wrong: number;
  /** Wrong or right elements: those that tell something. */
  readonly active: number;
  /** Wrong elements that are finite on both sides. */
  readonly finiteWrong: number;
  /** Largest |d| over them. */
  readonly largest: number;
}

/** Elements at a bound that make it one of an activation, rather than just the largest value. */
const HIDDEN = 4;

/** An error of the relative size seen has to be this many tolerances at a right element, else none could be seen there. */
const VISIBLE = 3;

export function markElements(error: ErrorTensor, range: Range): Marked {
  const { candidate, reference, tolerance, isFloat } = error;
  const marks = new Uint8Array(candidate.length);
  let [wrong, finiteWrong, energy, magnitude, largest] = [0, 0, 0, 0, 0];
  for (let index = 0; index < marks.length; index++) {
    const t = candidate[index] ?? NaN;
    const r = reference[index] ?? NaN;
    if (isEqual(t, r, tolerance)) continue;
    marks[index] = WRONG;
    wrong++;
    const d = t - r;
    if (!Number.isFinite(d)) continue;
    finiteWrong++;
    energy += d * d;
    magnitude += r * r;
    largest = Math.max(largest, Math.abs(d));
  }
  const relative = Math.sqrt(energy / magnitude);
  const visible = finiteWrong > 0 && relative < Infinity ? (VISIBLE * tolerance) / relative : 0;
  const silent = isFloat && wrong > 0 ? markSilent(error, marks, range, visible) : 0;
  return { marks, wrong, active: marks.length - silent, finiteWrong, largest };
}

/**
 * Of floats: where both sides hold the same bound, as activations leave it, and where |r| is too small for a relative
 * error like that of the wrong elements to be seen. Without this, whatever is wrong everywhere before a Relu, or in
 * channels of different scale, would seem to be wrong in places.
 */
function markSilent(
  { candidate, reference }: ErrorTensor,
  marks: Uint8Array,
  range: Range,
  visible: number,
): number {
  const hidesLow = range.lows >= HIDDEN;
  const hidesHigh = range.highs >= HIDDEN;
  let silent = 0;
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] === WRONG) continue;
    const r = reference[index] ?? NaN;
    if (((hidesLow && r === range.low) || (hidesHigh && r === range.high)) && candidate[index] === r) {
      marks[index] = SILENT;
    } else if (Math.abs(r) <= visible) {
      marks[index] = FAINT;
    } else continue;
    silent++;
  }
  return silent;
}
