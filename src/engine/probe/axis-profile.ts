import type { AxisProfile } from '../../shared/probe.ts';
import { strideOf } from './error-map.ts';
import type { Sides } from './numbers.ts';
import { errorAt } from './numbers.ts';

/** max|d| and mean|d| at each index of one axis (blocks of indices where it is long). The mean is of finite errors. */
export function axisProfile(sides: Sides, dims: readonly number[], axis: number, most: number): AxisProfile {
  const length = dims[axis] ?? 1;
  const perCell = Math.ceil(length / most);
  const cells = Math.ceil(length / perCell);
  const maxAbs = new Float64Array(cells);
  const sums = new Float64Array(cells);
  const counts = new Float64Array(cells);
  const stride = strideOf(dims, axis);
  for (let index = 0; index < sides.candidate.length; index++) {
    const cell = Math.floor((Math.floor(index / stride) % length) / perCell);
    const error = errorAt(sides, index);
    if (error > (maxAbs[cell] ?? 0)) maxAbs[cell] = error;
    if (!Number.isFinite(error)) continue;
    sums[cell] = (sums[cell] ?? 0) + error;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return { axis, perCell, maxAbs, meanAbs: sums.map((sum, cell) => sum / Math.max(1, counts[cell] ?? 0)) };
}
