import type { ValueStats } from '../../shared/comparison.ts';

/** Order-independent fingerprints agree: same count, and sum, Σ², min, max apart by no more than `slack` of their size. */
export function sameFingerprint(a: ValueStats, b: ValueStats, slack: number): boolean {
  if (a.count !== b.count || a.nan !== b.nan || a.posInf !== b.posInf || a.negInf !== b.negInf) return false;
  const scale = Math.max(a.maxAbs, b.maxAbs);
  const near = (x: number, y: number, size: number): boolean =>
    Math.abs(x - y) <= slack * size || (Number.isNaN(x) && Number.isNaN(y));
  const root = Math.sqrt(a.count);
  return (
    near(a.min, b.min, scale) &&
    near(a.max, b.max, scale) &&
    near(a.sumSquares, b.sumSquares, Math.max(a.sumSquares, b.sumSquares)) &&
    near(a.sum, b.sum, Math.max(root * Math.sqrt(a.sumSquares), scale))
  );
}

/** A tensor says something by its values only if they differ among themselves. */
export function isTelling(stats: ValueStats): boolean {
  return stats.count > 1 && stats.max > stats.min;
}

/** Finds tensors by fingerprint without looking at each: by count, then by Σ² in order. */
export class FingerprintIndex {
  readonly #slack: number;
  readonly #byCount = new Map<number, { readonly name: string; readonly stats: ValueStats }[]>();

  constructor(tensors: Iterable<readonly [name: string, stats: ValueStats]>, slack: number) {
    this.#slack = slack;
    for (const [name, stats] of tensors) {
      const list = this.#byCount.get(stats.count);
      if (list === undefined) this.#byCount.set(stats.count, [{ name, stats }]);
      else list.push({ name, stats });
    }
    for (const list of this.#byCount.values()) list.sort((a, b) => a.stats.sumSquares - b.stats.sumSquares);
  }

  alike(stats: ValueStats): string[] {
    const list = this.#byCount.get(stats.count) ?? [];
    const least = stats.sumSquares * (1 - 2 * this.#slack);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.stats.sumSquares ?? 0) < least) low = middle + 1;
      else high = middle;
    }
    const found: string[] = [];
    for (let at = low; at < list.length; at++) {
      const one = list[at];
      if (one === undefined || one.stats.sumSquares > stats.sumSquares * (1 + 2 * this.#slack)) break;
      if (sameFingerprint(one.stats, stats, this.#slack)) found.push(one.name);
    }
    return found;
  }
}
