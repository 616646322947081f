import { formatNumber, formatPercent, formatShape } from '../../shared/format.ts';
import type { InputDifference } from '../../shared/input-stage.ts';
import type { Tensor } from '../tensor/index.ts';
import { sameDims } from '../tensor/index.ts';
import type { Numbers } from './values.ts';

export interface Measured {
  readonly difference: InputDifference;
  /** Σ(deployed − recorded)²; where shapes differ, Σ(recorded − mean)². */
  readonly squares: number;
  /** Elements that are NaN or Infinity on one side and not equal. */
  readonly nonFinite: number;
}

export function measured(deployed: Tensor, recorded: Tensor, a: Numbers, b: Numbers): Measured {
  const sides = {
    deployed: { dtype: deployed.dtype, dims: deployed.dims },
    recorded: { dtype: recorded.dtype, dims: recorded.dims },
  };
  const shapes = `${deployed.dtype} ${formatShape(deployed.dims)} against ${recorded.dtype} ${formatShape(recorded.dims)}`;
  if (!sameDims(deployed.dims, recorded.dims)) {
    const none = { max: undefined, mean: undefined, share: undefined };
    return {
      difference: { ...sides, ...none, text: `other shapes: ${shapes}` },
      squares: spreadOf(b),
      nonFinite: 0,
    };
  }
  let max = 0;
  let sum = 0;
  let squares = 0;
  let different = 0;
  let nonFinite = 0;
  for (let at = 0; at < b.length; at++) {
    const p = a[at] ?? 0;
    const q = b[at] ?? 0;
    if (p === q || (p !== p && q !== q)) continue;
    different++;
    const d = Math.abs(p - q);
    if (!Number.isFinite(d)) {
      nonFinite++;
      continue;
    }
    if (d > max) max = d;
    sum += d;
    squares += d * d;
  }
  const mean = b.length === 0 ? 0 : sum / b.length;
  const share = b.length === 0 ? 0 : different / b.length;
  const types = deployed.dtype === recorded.dtype ? '' : `; ${shapes}`;
  return {
    difference: {
      ...sides,
      max,
      mean,
      share,
      text: `${formatPercent(share)} of the values differ, by ${formatNumber(mean)} on average and ${formatNumber(max)} at most${types}`,
    },
    squares,
    nonFinite,
  };
}

function spreadOf(values: Numbers): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    squares += value * value;
  }
  return values.length === 0 ? 0 : Math.max(squares - (sum * sum) / values.length, 0);
}
