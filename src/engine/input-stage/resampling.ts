import type { Laid } from './laid.ts';
import { valueAt } from './planes.ts';

/** What a least-squares fit of moved sampling positions and the gradient say about the difference of two resamplings. */
export interface Resampling {
  /** Rows and columns by which the deployed sampling positions are further on, at the middle of the content. */
  readonly rows: number;
  readonly columns: number;
  /** Relative stretch of the deployed content about its middle. */
  readonly stretch: readonly [rows: number, columns: number];
  /** Share of the squared difference that these explain. */
  readonly explained: number;
  /** Largest |difference| that they leave. */
  readonly left: number;
  /** Mean |difference| where the picture is steepest (a quarter of it) over that where it is flattest (half). */
  readonly edges: number;
  /** Energy of the finest detail (differences of neighbours), deployed over recorded. */
  readonly detail: number;
}

/** Pixels that are looked at, at most about. */
const PIXELS = 40_000;

/**
 * First-order motion (Lucas and Kanade, 1981): deployed − recorded ≈ gradient · displacement, with displacement
 * linear in the position. Solved by least squares for two shifts and two stretches.
 */
export function resamplingOf({ alignment, recorded, map, difference }: Laid): Resampling {
  const { overlap: box, planes, dy, dx } = alignment;
  const { height, width, data } = difference;
  const channels = planes.origins.length;
  const step = Math.max(1, Math.ceil((channels * height * width) / PIXELS));
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  let squares = 0;
  let detailD = 0;
  let detailR = 0;
  const steep: number[] = [];
  const off: number[] = [];
  const looked: (readonly number[])[] = [];
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    const gain = map.gain[channel] ?? 1;
    const r = (y: number, x: number): number => valueAt(recorded.planes, channel, box.top + y, box.left + x);
    const t = (y: number, x: number): number =>
      valueAt(planes, channel, box.top + y - dy, box.left + x - dx) / gain;
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        if (at++ % step !== 0) continue;
        const gy = (r(y + 1, x) - r(y - 1, x) + t(y + 1, x) - t(y - 1, x)) / 4;
        const gx = (r(y, x + 1) - r(y, x - 1) + t(y, x + 1) - t(y, x - 1)) / 4;
        const d = data[(channel * height + y) * width + x] ?? 0;
        const terms = [gy, gx, gy * ((2 * y) / height - 1), gx * ((2 * x) / width - 1)];
        for (let row = 0; row < 4; row++) {
          right[row] = (right[row] ?? 0) + (terms[row] ?? 0) * d;
          for (let column = 0; column < 4; column++) {
            normal[row * 4 + column] =
              (normal[row * 4 + column] ?? 0) + (terms[row] ?? 0) * (terms[column] ?? 0);
          }
        }
        squares += d * d;
        detailR += (r(y, x) - r(y - 1, x)) ** 2 + (r(y, x) - r(y, x - 1)) ** 2;
        detailD += (t(y, x) - t(y - 1, x)) ** 2 + (t(y, x) - t(y, x - 1)) ** 2;
        steep.push(gy * gy + gx * gx);
        off.push(Math.abs(d));
        looked.push([d, ...terms]);
      }
    }
  }
  const [sy = 0, sx = 0, ty = 0, tx = 0] = solved(normal, right);
  const gained = right.reduce((sum, one, index) => sum + one * ([sy, sx, ty, tx][index] ?? 0), 0);
  const left = looked.reduce(
    (most, [d = 0, a = 0, b = 0, c = 0, e = 0]) =>
      Math.max(most, Math.abs(d - a * sy - b * sx - c * ty - e * tx)),
    0,
  );
  return {
    rows: sy,
    columns: sx,
    stretch: [(2 * ty) / height, (2 * tx) / width],
    explained: squares > 0 ? Math.max(0, Math.min(1, gained / squares)) : 0,
    left,
    edges: edgeRatio(steep, off),
    detail: detailR > 0 ? detailD / detailR : 1,
  };
}

function edgeRatio(steep: readonly number[], off: readonly number[]): number {
  const order = [...steep].sort((a, b) => a - b);
  const flat = order[Math.floor(order.length / 2)] ?? 0;
  const sharp = order[Math.floor(order.length * 0.75)] ?? 0;
  const sums = { sharp: 0, sharpCount: 0, flat: 0, flatCount: 0 };
  steep.forEach((gradient, index) => {
    if (gradient >= sharp) {
      sums.sharp += off[index] ?? 0;
      sums.sharpCount++;
    } else if (gradient <= flat) {
      sums.flat += off[index] ?? 0;
      sums.flatCount++;
    }
  });
  if (sums.sharpCount === 0 || sums.flatCount === 0) return 1;
  const calm = sums.flat / sums.flatCount;
  return calm === 0 ? Infinity : sums.sharp / sums.sharpCount / calm;
}

/** Gaussian elimination with pivots on four unknowns; an unknown that nothing bears on is 0. */
function solved(normal: Float64Array, right: Float64Array): number[] {
  const rows = [0, 1, 2, 3].map((row) => [...normal.subarray(row * 4, row * 4 + 4), right[row] ?? 0]);
  const scale = Math.max(...rows.map((row, index) => row[index] ?? 0), 0);
  for (let column = 0; column < 4; column++) {
    const pivot = rows
      .slice(column)
      .reduce(
        (best, row, index) =>
          Math.abs(row[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0) ? column + index : best,
        column,
      );
    const line = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = line;
    const divisor = line[column] ?? 0;
    if (Math.abs(divisor) <= 1e-12 * scale) {
      line.fill(0);
      continue;
    }
    for (let other = 0; other < 4; other++) {
      const row = rows[other];
      if (other === column || row === undefined) continue;
      const factor = (row[column] ?? 0) / divisor;
      for (let at = column; at < 5; at++) row[at] = (row[at] ?? 0) - factor * (line[at] ?? 0);
    }
  }
  return rows.map((row, index) => ((row[index] ?? 0) === 0 ? 0 : (row[4] ?? 0) / (row[index] ?? 1)));
}
