import type { Parameter } from '../cause/index.ts';

/** Steps after which a parameter that has not been found is given up. */
const STEPS = 8;

/**
 * For the slope: relative; on a logarithmic axis wide at first, because what is far too small hardly shows in float32,
 * and narrower from step to step, because a wide one is not the slope.
 */
const STEP = 1e-2;
const LOG_STEPS = { first: 0.5, factor: 0.4, last: 0.02 };

/** At most so far in one step on a logarithmic axis. */
const LONGEST = 4;

/**
 * The value that brings a tensor closest to the reference, by Gauss–Newton with one unknown (Nocedal & Wright, Numerical
 * Optimization, section 10.3): v ← v − ⟨J, t − r⟩ ÷ ⟨J, J⟩, J by difference.
 * @param valuesAt the tensor computed with a value; undefined where that cannot be done.
 * @returns what was found, rounder numbers first: a person wrote 0.3, not 0.30000001.
 */
export async function fitted(
  { start, isLog }: Pick<Parameter, 'start' | 'isLog'>,
  reference: ArrayLike<number>,
  valuesAt: (value: number) => Promise<ArrayLike<number> | undefined>,
): Promise<number[]> {
  const valueOf = (x: number): number => (isLog ? Math.exp(x) : x);
  let x = isLog ? Math.log(Math.max(start, Number.MIN_VALUE)) : start;
  for (let step = 0; step < STEPS; step++) {
    const width = isLog
      ? Math.max(LOG_STEPS.first * LOG_STEPS.factor ** step, LOG_STEPS.last)
      : STEP * Math.max(Math.abs(x), STEP);
    const here = await valuesAt(valueOf(x));
    const there = await valuesAt(valueOf(x + width));
    if (here === undefined || there === undefined) return [];
    const move = newtonStep(here, there, width, reference);
    if (move === undefined) return [];
    const bounded = isLog ? Math.max(-LONGEST, Math.min(LONGEST, move)) : move;
    x -= bounded;
    if (Math.abs(bounded) <= 1e-7 * Math.max(1, Math.abs(x))) break;
  }
  const found = valueOf(x);
  const rounder = [1, 2, 3, 4, 5, 6].map((digits) => Number(found.toPrecision(digits)));
  const close = rounder.filter((value) => Math.abs(value - found) <= 1e-3 * Math.abs(found));
  return Number.isFinite(found) ? [...new Set([...close, found])].slice(0, 4) : [];
}

function newtonStep(
  here: ArrayLike<number>,
  there: ArrayLike<number>,
  width: number,
  reference: ArrayLike<number>,
): number | undefined {
  let product = 0;
  let square = 0;
  for (let index = 0; index < here.length; index++) {
    const value = here[index] ?? NaN;
    const slope = ((there[index] ?? NaN) - value) / width;
    const error = value - (reference[index] ?? NaN);
    if (!Number.isFinite(slope) || !Number.isFinite(error)) continue;
    product += slope * error;
    square += slope * slope;
  }
  return square > 0 ? product / square : undefined;
}
