/** Fuzzy search: all letters of the query in order; together, at the start of a word and early count for more. */

export interface Found<T> {
  readonly item: T;
  readonly score: number;
}

const WORD_START = /[\s/._:#-]/;

/** @returns undefined where the text does not hold the query's letters in order. */
export function matchScore(query: string, text: string): number | undefined {
  if (query === '') return 0;
  const lower = text.toLowerCase();
  const whole = lower.indexOf(query);
  if (whole >= 0) {
    const atWord = whole === 0 || WORD_START.test(lower[whole - 1] ?? '');
    return 1000 - whole + (atWord ? 200 : 0) - text.length / 10;
  }
  let score = 0;
  let at = -1;
  for (const letter of query) {
    if (letter === ' ') continue;
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    score += next === at + 1 ? 8 : WORD_START.test(lower[next - 1] ?? ' ') ? 5 : 1;
    at = next;
  }
  return score - text.length / 10;
}

export function search<T>(
  query: string,
  items: readonly T[],
  textOf: (item: T) => string,
  most: number,
): T[] {
  const wanted = query.trim().toLowerCase();
  const found: Found<T>[] = [];
  for (const item of items) {
    const score = matchScore(wanted, textOf(item));
    if (score !== undefined) found.push({ item, score });
  }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
