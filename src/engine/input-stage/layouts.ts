import { checkedElementCount, permuteDims, sameDims, stridesOf } from '../tensor/index.ts';
import type { Planes } from './planes.ts';
import type { Numbers } from './values.ts';

/** Which axes of a tensor are the picture's; the others count pictures. */
interface Roles {
  readonly channel: number | undefined;
  readonly row: number | undefined;
  readonly column: number | undefined;
}

/** One way to see the deployed tensor so that its axes stand as the recorded ones do. */
export interface Arrangement {
  /** Axis i of the recorded tensor is axis `axes[i]` of the deployed one. */
  readonly axes: readonly number[];
  /** The data lie in the order of `axes` already, under the recorded shape: reshaped, not transposed. */
  readonly relabelled: boolean;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

const MOST_PERMUTED_AXES = 5;
const CHANNELS: ReadonlySet<number> = new Set([1, 3, 4]);

export function rolesOf(dims: readonly number[]): Roles {
  const rank = dims.length;
  if (rank >= 3) {
    if (CHANNELS.has(dims[rank - 3] ?? 0)) return { channel: rank - 3, row: rank - 2, column: rank - 1 };
    if (CHANNELS.has(dims[rank - 1] ?? 0)) return { channel: rank - 1, row: rank - 3, column: rank - 2 };
    if (rank >= 4) return { channel: rank - 3, row: rank - 2, column: rank - 1 };
  }
  return {
    channel: undefined,
    row: rank >= 2 ? rank - 2 : undefined,
    column: rank >= 1 ? rank - 1 : undefined,
  };
}

/** `NCHW` and the like for a tensor of pictures, else the empty text. */
export function layoutName(dims: readonly number[]): string {
  const { channel, row, column } = rolesOf(dims);
  if (channel === undefined || dims.length > 4) return '';
  return dims
    .map((_, axis) => (axis === channel ? 'C' : axis === row ? 'H' : axis === column ? 'W' : 'N'))
    .join('');
}

/** Number of pictures in a tensor of these dims. */
export function picturesIn(dims: readonly number[]): number {
  const { channel, row, column } = rolesOf(dims);
  return dims.reduce(
    (product, dim, axis) => (axis === channel || axis === row || axis === column ? product : product * dim),
    1,
  );
}

/** Picture number `index` of a tensor with these strides. */
export function planesOf(
  data: Numbers,
  dims: readonly number[],
  strides: readonly number[],
  index: number,
): Planes {
  const { channel, row, column } = rolesOf(dims);
  let start = 0;
  let rest = index;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (axis === channel || axis === row || axis === column) continue;
    const dim = dims[axis] ?? 1;
    start += (rest % dim) * (strides[axis] ?? 0);
    rest = Math.floor(rest / dim);
  }
  const channels = channel === undefined ? 1 : (dims[channel] ?? 1);
  const step = channel === undefined ? 0 : (strides[channel] ?? 0);
  return {
    data,
    origins: Array.from({ length: channels }, (_, at) => start + at * step),
    rowStride: row === undefined ? 0 : (strides[row] ?? 0),
    columnStride: column === undefined ? 0 : (strides[column] ?? 0),
    height: row === undefined ? 1 : (dims[row] ?? 1),
    width: column === undefined ? 1 : (dims[column] ?? 1),
  };
}

/**
 * Ways to see the deployed tensor, the one that moves nothing first: every order of axes that gives the recorded shape;
 * where none does, the order that puts channels, rows and columns where the recorded ones are. None where the tensors
 * have nothing in common.
 */
export function arrangements(deployed: readonly number[], recorded: readonly number[]): Arrangement[] {
  const dims = sameRank(deployed, recorded.length);
  if (dims === undefined) return [];
  const fitting = permutations(dims.length).filter((axes) => sameDims(permuteDims(dims, axes), recorded));
  const found = fitting.length > 0 ? fitting : byRoles(dims, recorded);
  const strides = stridesOf(dims);
  const permuted = found.map((axes) => ({
    axes,
    relabelled: false,
    dims: permuteDims(dims, axes),
    strides: axes.map((axis) => strides[axis] ?? 0),
  }));
  return sameDims(dims, recorded) ? [...permuted, ...relabelled(recorded)] : permuted;
}

/** Axes of one element more or fewer in front. */
function sameRank(dims: readonly number[], rank: number): readonly number[] | undefined {
  if (dims.length <= rank) return [...new Array<number>(rank - dims.length).fill(1), ...dims];
  const extra = dims.length - rank;
  return checkedElementCount(dims.slice(0, extra)) === 1 ? dims.slice(extra) : undefined;
}

function byRoles(dims: readonly number[], recorded: readonly number[]): number[][] {
  const from = rolesOf(dims);
  const to = rolesOf(recorded);
  if ((from.channel === undefined) !== (to.channel === undefined)) return [];
  if (from.channel !== undefined && dims[from.channel] !== recorded[to.channel ?? 0]) return [];
  const axes = recorded.map((_, axis) => axis);
  const roles = [from.channel, from.row, from.column];
  const others = dims.flatMap((_, axis) => (roles.includes(axis) ? [] : [axis]));
  const order = axes.map((axis) => {
    if (axis === to.channel) return from.channel ?? 0;
    if (axis === to.row) return from.row ?? 0;
    if (axis === to.column) return from.column ?? 0;
    return others.shift() ?? 0;
  });
  const counts = (all: readonly number[]): number => picturesIn(all);
  return counts(dims) === counts(recorded) ? [order] : [];
}

/** Channels-last data under a channels-first shape, and the other way round. */
function relabelled(dims: readonly number[]): Arrangement[] {
  const { channel, row, column } = rolesOf(dims);
  if (channel === undefined || row === undefined || column === undefined || dims[channel] === 1) return [];
  const others = dims.flatMap((_, axis) =>
    axis === channel || axis === row || axis === column ? [] : [axis],
  );
  const order = channel < row ? [...others, row, column, channel] : [...others, channel, row, column];
  const strides = stridesOf(order.map((axis) => dims[axis] ?? 1));
  return [
    {
      axes: order,
      relabelled: true,
      dims,
      strides: dims.map((_, axis) => strides[order.indexOf(axis)] ?? 0),
    },
  ];
}

/** All orders of so many axes, the one that moves nothing first. */
function permutations(rank: number): number[][] {
  const identity = Array.from({ length: rank }, (_, axis) => axis);
  if (rank > MOST_PERMUTED_AXES) return [identity];
  const all = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((axis) => all(rest.filter((other) => other !== axis)).map((tail) => [axis, ...tail]));
  return all(identity);
}
