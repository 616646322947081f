import type { Report } from '../../shared/report.ts';

/** Non-finite numbers as the strings that the schema names; everything else as JSON has it. */
function encode(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/**
 * The report as JSON text, piece by piece, one tensor row at a time: a report of 100,000 rows never is one string.
 * Key order is that of the report.
 */
export function* reportJson(report: Report): Generator<string> {
  yield '{\n';
  const keys = (Object.keys(report) as (keyof Report)[]).filter((key) => report[key] !== undefined);
  for (const [position, key] of keys.entries()) {
    const comma = position === keys.length - 1 ? '\n' : ',\n';
    const value: unknown = report[key];
    if (!Array.isArray(value)) {
      yield `  ${JSON.stringify(key)}: ${JSON.stringify(value, encode)}${comma}`;
      continue;
    }
    yield `  ${JSON.stringify(key)}: [`;
    for (const [index, row] of (value as unknown[]).entries())
      yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(row, encode)}`;
    yield `${value.length === 0 ? '' : '\n  '}]${comma}`;
  }
  yield '}\n';
}
