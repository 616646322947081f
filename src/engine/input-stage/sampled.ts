import type { Box, Planes } from './planes.ts';
import { areaOf, heightOf, valueAt, widthOf } from './planes.ts';

/** Rows and columns by turns. */
export type Points = Int32Array;

/** Up to `count` pixels of the box: all of them where it has no more, else spread evenly (R2 sequence, Roberts 2018). */
export function samplePoints(box: Box, count: number): Points {
  const height = heightOf(box);
  const width = widthOf(box);
  const all = areaOf(box) <= count;
  const points = new Int32Array(2 * (all ? areaOf(box) : count));
  for (let at = 0; at < points.length / 2; at++) {
    const y = all ? Math.floor(at / width) : Math.floor(((0.5 + at * 0.7548776662466927) % 1) * height);
    const x = all ? at % width : Math.floor(((0.5 + at * 0.5698402909980532) % 1) * width);
    points[2 * at] = box.top + y;
    points[2 * at + 1] = box.left + x;
  }
  return points;
}

/** Correlation of the channels' sums over those points that lie in the content of both; −1 where few do. */
export function grayCorrelation(
  deployed: Planes,
  content: Box,
  recorded: Planes,
  points: Points,
  dy: number,
  dx: number,
): number {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  const channels = Math.min(deployed.origins.length, recorded.origins.length);
  for (let at = 0; at < points.length; at += 2) {
    const y = points[at] ?? 0;
    const x = points[at + 1] ?? 0;
    if (
      y - dy < content.top ||
      y - dy >= content.bottom ||
      x - dx < content.left ||
      x - dx >= content.right
    ) {
      continue;
    }
    let a = 0;
    let b = 0;
    for (let channel = 0; channel < channels; channel++) {
      a += valueAt(deployed, channel, y - dy, x - dx);
      b += valueAt(recorded, channel, y, x);
    }
    count++;
    sumA += a;
    sumB += b;
    aa += a * a;
    bb += b * b;
    ab += a * b;
  }
  if (count < Math.max(8, points.length / 20)) return -1;
  return correlationOf(count, sumA, sumB, aa, bb, ab);
}

export function correlationOf(
  count: number,
  sumA: number,
  sumB: number,
  aa: number,
  bb: number,
  ab: number,
): number {
  const spreadA = aa - (sumA * sumA) / count;
  const spreadB = bb - (sumB * sumB) / count;
  if (spreadA <= 1e-12 * aa || spreadB <= 1e-12 * bb) return 0;
  return (ab - (sumA * sumB) / count) / Math.sqrt(spreadA * spreadB);
}

/** Another order of channels must fit this much better than that in which they stand. */
const BETTER = 1e-4;

/** The order of the deployed channels that fits best, and the mean correlation of the channels in it. */
export function channelOrder(
  deployed: Planes,
  recorded: Planes,
  points: Points,
  dy: number,
  dx: number,
): { readonly order: readonly number[]; readonly correlation: number } {
  const identity = recorded.origins.map((_, channel) => channel);
  const orders = identity.length === 3 || identity.length === 4 ? ordersOf(identity) : [identity];
  const table = identity.map((to) =>
    identity.map((from) =>
      orders.length === 1 && from !== to
        ? 0
        : channelCorrelation(deployed, from, recorded, to, points, dy, dx),
    ),
  );
  let best = { order: identity, correlation: -Infinity };
  for (const order of orders) {
    const sum = order.reduce((total, from, to) => total + (table[to]?.[from] ?? 0), 0);
    // A turned sign fits as well as none.
    const mean = Math.abs(sum) / order.length;
    if (mean > best.correlation + BETTER) best = { order, correlation: mean };
  }
  return best;
}

function channelCorrelation(
  deployed: Planes,
  from: number,
  recorded: Planes,
  to: number,
  points: Points,
  dy: number,
  dx: number,
): number {
  const sums = [0, 0, 0, 0, 0];
  const [shiftA, shiftB] =
    points.length === 0
      ? [0, 0]
      : [
          valueAt(deployed, from, (points[0] ?? 0) - dy, (points[1] ?? 0) - dx),
          valueAt(recorded, to, points[0] ?? 0, points[1] ?? 0),
        ];
  for (let at = 0; at < points.length; at += 2) {
    const y = points[at] ?? 0;
    const x = points[at + 1] ?? 0;
    const a = valueAt(deployed, from, y - dy, x - dx) - shiftA;
    const b = valueAt(recorded, to, y, x) - shiftB;
    sums[0] = (sums[0] ?? 0) + a;
    sums[1] = (sums[1] ?? 0) + b;
    sums[2] = (sums[2] ?? 0) + a * a;
    sums[3] = (sums[3] ?? 0) + b * b;
    sums[4] = (sums[4] ?? 0) + a * b;
  }
  const [a = 0, b = 0, aa = 0, bb = 0, ab = 0] = sums;
  return points.length === 0 ? 0 : correlationOf(points.length / 2, a, b, aa, bb, ab);
}

/** As they stand first; a fourth channel (transparency) stays where it is. */
function ordersOf(identity: readonly number[]): number[][] {
  const rest = identity.slice(3);
  return [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [0, 2, 1],
    [1, 2, 0],
    [2, 0, 1],
  ].map((order) => [...order, ...rest]);
}
