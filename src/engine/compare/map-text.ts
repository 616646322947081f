import type { Report } from '../../shared/report.ts';

/**
 * The map file of a finished comparison (`--write-map`): all pairs found, and for each unmatched entry the three
 * likeliest candidate tensors, by shared name segments.
 */
export function mapFileText(report: Report): string {
  const pairs = report.tensors.flatMap((row) =>
    row.pairs.map((pair) => ({
      candidate: row.name,
      entry: pair.entry,
      transform: pair.transform,
      rule: pair.rule,
    })),
  );
  const free = report.coverage.unmatched.candidate;
  const unmatched = report.coverage.unmatched.reference
    .filter((entry) => !entry.expected)
    .map((entry) => ({ entry: entry.entry, likely: likeliest(entry.entry, free) }));
  return `${JSON.stringify({ schema: 'layerdiff.map/1', pairs, unmatched, ignore: [] }, null, 2)}\n`;
}

function likeliest(entry: string, names: readonly string[]): string[] {
  const wanted = segments(entry);
  return names
    .map((name) => ({ name, shared: segments(name).filter((segment) => wanted.includes(segment)).length }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 3)
    .map(({ name }) => name);
}

function segments(name: string): string[] {
  return name.split(/[^A-Za-z0-9]+/).filter((segment) => segment !== '');
}
