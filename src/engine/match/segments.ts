/** What stands between two marks that both sequences have, on either side. */
export interface Piece<L, R> {
  readonly left: readonly L[];
  readonly right: readonly R[];
}

/**
 * Cuts two sequences at the marks they share. Where the marks come in another order on the two sides, the longest
 * run of them that agrees is kept.
 */
export function segmentsBetween<L, R>(
  left: readonly L[],
  right: readonly R[],
  markOf: (item: L | R) => string | undefined,
): Piece<L, R>[] {
  const places = new Map<string, number>();
  right.forEach((item, place) => {
    const mark = markOf(item);
    if (mark !== undefined && !places.has(mark)) places.set(mark, place);
  });
  const shared: { left: number; right: number }[] = [];
  const used = new Set<string>();
  left.forEach((item, place) => {
    const mark = markOf(item);
    const other = mark === undefined ? undefined : places.get(mark);
    if (mark === undefined || other === undefined || used.has(mark)) return;
    used.add(mark);
    shared.push({ left: place, right: other });
  });
  const pieces: Piece<L, R>[] = [];
  let from = { left: 0, right: 0 };
  for (const cut of [...longestRising(shared), { left: left.length, right: right.length }]) {
    pieces.push({ left: left.slice(from.left, cut.left), right: right.slice(from.right, cut.right) });
    from = { left: cut.left + 1, right: cut.right + 1 };
  }
  return pieces;
}

/** Longest subsequence whose `right` rises (patience sorting). */
function longestRising<T extends { readonly right: number }>(items: readonly T[]): T[] {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  items.forEach((item, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((items[tails[middle] ?? 0]?.right ?? 0) < item.right) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? undefined : tails[low - 1];
    tails[low] = index;
  });
  const run: T[] = [];
  for (let at = tails.at(-1); at !== undefined; at = previous[at]) {
    const item = items[at];
    if (item !== undefined) run.push(item);
  }
  return run.reverse();
}
