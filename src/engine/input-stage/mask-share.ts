import { printable } from '../../shared/errors.ts';
import { formatNumber, formatPercent } from '../../shared/format.ts';
import type { ErrorPlace } from '../../shared/input-stage.ts';
import type { Tensor } from '../tensor/index.ts';
import { sameDims } from '../tensor/index.ts';
import { numbersOf } from './values.ts';

export interface Mask {
  readonly name: string;
  /** Integers or booleans of few values, whose axes are the first of the tensors'. */
  readonly tensor: Tensor;
}

/** Masks of more different values are no masks. */
const MOST_VALUES = 16;
/** A place is told where it holds this share of the error … */
const MOST_OF_IT = 0.9;
/** … and at most this part of that share in elements. */
const CROWDED = 0.9;

/**
 * By each mask, the value under which most of Σ(deployed − recorded)² lies, the fullest first; empty where none holds
 * more of the error than of the elements. Masks of shape [B, T] are read against tensors [B, T, …].
 * Elements that are not finite count as no error.
 */
export function whereErrorLies(
  deployed: Tensor,
  recorded: Tensor,
  masks: readonly Mask[],
): readonly ErrorPlace[] {
  const a = numbersOf(deployed);
  const b = numbersOf(recorded);
  if (a === undefined || b === undefined || !sameDims(deployed.dims, recorded.dims)) return [];
  return masks
    .flatMap(({ name, tensor }) => {
      const values = maskValues(tensor, recorded.dims);
      return values === undefined ? [] : placesOf(name, values, a, b);
    })
    .sort((x, y) => y.share - x.share);
}

function maskValues(mask: Tensor, dims: readonly number[]): ArrayLike<number> | undefined {
  const leading = mask.dims.length > 0 && sameDims(mask.dims, dims.slice(0, mask.dims.length));
  if (!leading || mask.dtype.startsWith('float') || mask.dtype === 'bfloat16') return undefined;
  return numbersOf(mask);
}

function placesOf(
  name: string,
  mask: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): ErrorPlace[] {
  const inner = mask.length === 0 ? 0 : b.length / mask.length;
  const sums = new Map<number, { squares: number; elements: number }>();
  let total = 0;
  for (let at = 0; at < mask.length; at++) {
    const value = mask[at] ?? 0;
    const sum = sums.get(value) ?? { squares: 0, elements: 0 };
    for (let index = at * inner; index < (at + 1) * inner; index++) {
      const d = (a[index] ?? 0) - (b[index] ?? 0);
      if (Number.isFinite(d)) sum.squares += d * d;
    }
    sum.elements += inner;
    sums.set(value, sum);
    if (sums.size > MOST_VALUES) return [];
  }
  for (const { squares } of sums.values()) total += squares;
  if (total === 0 || sums.size < 2) return [];
  const [fullest] = [...sums].sort(([, x], [, y]) => y.squares - x.squares);
  if (fullest === undefined) return [];
  const [value, { squares, elements }] = fullest;
  const share = squares / total;
  const part = elements / b.length;
  if (share < MOST_OF_IT || part > CROWDED * share) return [];
  return [{ mask: name, value, share, elements: part, text: textOf(name, value, share, part) }];
}

function textOf(name: string, value: number, share: number, part: number): string {
  const most = share === 1 ? 'all of the error lies' : `${shareText(share)} of the error lies`;
  return `${most} where ${printable(name)} is ${formatNumber(value)} (${formatPercent(part)} of the elements)`;
}

/** Never rounded up to all of it. */
function shareText(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
