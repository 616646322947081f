/** From the first version (inclusive) to the first without it; in a runtime's or an exporter's own numbering. */
export interface VersionRange {
  readonly from: string;
  readonly before: string;
}

/** By number, part by part: 1.9 is before 1.14. What is no version is in no range. */
export function isIn(version: string, { from, before }: VersionRange): boolean {
  return isVersion(version) && order(version, from) >= 0 && order(version, before) < 0;
}

/** False where the version is not known. */
export function isSince(version: string | undefined, first: string): boolean {
  return version !== undefined && isVersion(version) && order(version, first) >= 0;
}

function isVersion(text: string): boolean {
  return /^\d+(\.\d+)*/.test(text);
}

function order(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => parseInt(part, 10)));
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
