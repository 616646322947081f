/** One of them; undefined where there is none. */
export function oneOf<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)];
}

/** 10^−u of either sign, u uniform over the exponents given: as many small edits as large ones. */
export function signedSize(random: () => number, from = 0.3, to = 7): number {
  const size = 10 ** -(from + random() * (to - from));
  return random() < 0.5 ? -size : size;
}

/** Fisher-Yates: Knuth, The Art of Computer Programming, vol. 2, algorithm 3.4.2P. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
