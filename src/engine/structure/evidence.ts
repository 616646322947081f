/**
 * How much more a set of elements has to do with the wrong ones than chance would make it, in nats: a claim that is as
 * good as e^−x by chance has x of them.
 */

/** A claim needs this much beyond the number of claims tried: about 1 in 10,000 by chance. */
export const ENOUGH = 9.2;

/** Of `total` elements `wrong` are wrong and `inside` in the set, `both` are both. */
export interface Overlap {
  readonly total: number;
  readonly wrong: number;
  readonly inside: number;
  readonly both: number;
}

/**
 * n·I(wrong; inside), half of the G statistic of the 2 × 2 table; negative where the set holds fewer wrong elements
 * than chance gives. Source: Woolf, "The log likelihood ratio test (the G-test)", 1957.
 */
export function association({ total, wrong, inside, both }: Overlap): number {
  const cell = (count: number, row: number, column: number): number =>
    count <= 0 ? 0 : count * Math.log((count * total) / (row * column));
  const nats =
    cell(both, wrong, inside) +
    cell(wrong - both, wrong, total - inside) +
    cell(inside - both, total - wrong, inside) +
    cell(total - wrong - inside + both, total - wrong, total - inside);
  return both * total < wrong * inside ? -nats : nats;
}

/** Outside of a place elements are wrong at most this often as inside, or "only there" is no word for it. */
const CONTRAST = 0.1;

/** The association, and none where the rest is nearly as wrong: in nats. */
export function contrast(overlap: Overlap): number {
  const { total, wrong, inside, both } = overlap;
  const isClear = (wrong - both) * inside <= CONTRAST * both * (total - inside);
  return isClear ? association(overlap) : 0;
}

/** ln(n!) by Stirling's series; exact enough from 0 on for weighing. */
export function logFactorial(n: number): number {
  if (n < 2) return 0;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n);
}

/** ln of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
