import { RIGHT, WRONG } from './marks.ts';

export interface AxisCounts {
  /** Wrong elements at each index of the axis. */
  readonly wrong: Float64Array;
  /** Wrong or right ones. */
  readonly active: Float64Array;
}

export function axisCounts(marks: Uint8Array, dims: readonly number[], axis: number): AxisCounts {
  const length = dims[axis] ?? 1;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const wrong = new Float64Array(length);
  const active = new Float64Array(length);
  let index = 0;
  while (index < marks.length) {
    for (let slice = 0; slice < length; slice++) {
      let [wrongHere, silentHere] = [0, 0];
      for (const end = index + inner; index < end; index++) {
        if (marks[index] === WRONG) wrongHere++;
        else if (marks[index] !== RIGHT) silentHere++;
      }
      wrong[slice] = (wrong[slice] ?? 0) + wrongHere;
      active[slice] = (active[slice] ?? 0) + inner - silentHere;
    }
  }
  return { wrong, active };
}
