/** Items by key, each key's items one after another: those of `key` are `item[start[key]] … item[start[key + 1] - 1]`. */
export interface Grouped {
  readonly start: Int32Array;
  readonly item: Int32Array;
}

/** Positions of `keys` by key, in their order; negative keys are left out. */
export function groupBy(keys: ArrayLike<number>, count: number): Grouped {
  const start = new Int32Array(count + 1);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? -1;
    if (key >= 0) add(start, key + 1, 1);
  }
  for (let key = 0; key < count; key++) add(start, key + 1, start[key] ?? 0);
  const item = new Int32Array(start[count] ?? 0);
  const next = start.slice(0, count);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? -1;
    if (key < 0) continue;
    item[next[key] ?? 0] = index;
    add(next, key, 1);
  }
  return { start, item };
}

export function itemsOf(groups: Grouped, key: number): Int32Array {
  return groups.item.subarray(groups.start[key] ?? 0, groups.start[key + 1] ?? 0);
}

export function add(numbers: Int32Array | Float32Array | Float64Array, index: number, by: number): void {
  numbers[index] = (numbers[index] ?? 0) + by;
}
