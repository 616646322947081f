import type { ErrorFacts } from './facts.ts';

/** Elements that share their coefficients: group = ⌊index ÷ inner⌋ mod length. */
export interface Grouping {
  readonly inner: number;
  readonly length: number;
  /** What there is one of each for: empty for the whole tensor, "channel (axis 1)", "row along axis 2". */
  readonly each: string;
  /** −1 for the whole tensor. */
  readonly axis: number;
}

/** The whole tensor first, then channels, the last axis and rows along it: what weights and statistics are kept for. */
export function groupings({ dims, strides, size, channels }: ErrorFacts): Grouping[] {
  const last = dims.length - 1;
  const whole: Grouping = { inner: size, length: 1, each: '', axis: -1 };
  const axes = channels === undefined ? [] : [...new Set([channels, last])];
  const rowLength = dims[last] ?? 1;
  return [
    whole,
    ...axes.map((axis) => ({
      inner: strides[axis] ?? 1,
      length: dims[axis] ?? 1,
      each: axis === channels ? `channel (axis ${axis})` : `index of axis ${axis}`,
      axis,
    })),
    ...(dims.length < 2
      ? []
      : [{ inner: rowLength, length: size / rowLength, each: `row along axis ${last}`, axis: last }]),
  ].filter(({ length }, place) => place === 0 || length > 1);
}
