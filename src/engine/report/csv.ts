import { formatShape } from '../../shared/format.ts';
import type { Report, TensorRow } from '../../shared/report.ts';

const COLUMNS: readonly (readonly [string, (row: TensorRow) => string | number | undefined])[] = [
  ['tensor', (row) => row.name],
  ['node', (row) => row.node],
  ['op', (row) => row.opType],
  ['scope', (row) => row.scope],
  ['dtype', (row) => row.dtype],
  ['shape', (row) => (row.shape === undefined ? undefined : formatShape(row.shape))],
  ['state', (row) => row.state],
  ['reason', (row) => row.reason],
  ['entry', (row) => row.pairs[0]?.entry],
  ['matched by', (row) => row.pairs[0]?.rule],
  ['own error', (row) => row.local?.relative],
  ['tolerance', (row) => row.tolerance],
  ['own error / tolerance', (row) => row.excess],
  ['own max abs', (row) => row.local?.maxAbs],
  ['total relative L2', (row) => row.total?.relativeL2],
  ['total max abs', (row) => row.total?.maxAbs],
  ['total SQNR dB', (row) => row.total?.sqnr],
  ['total cosine', (row) => row.total?.cosine],
  ['total share outside', (row) => row.total?.outside],
  ['total max ULP', (row) => row.total?.maxUlp],
  ['gain', (row) => row.gain],
  ['noise floor', (row) => row.noiseFloor],
  ['sample', (row) => row.sample],
];

/** The tensor table, RFC 4180: one line a tensor in execution order, numbers in full. */
export function tensorCsv(report: Report): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...report.tensors.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** Names come from files: one that a spreadsheet would take for a formula gets an apostrophe in front. */
function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
