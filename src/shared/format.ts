/** Numbers, shapes and sizes as text: the same in the terminal, in reports and in the window. */

/** Three significant digits, exponent form outside 0.001 … 99 999: `1.23e-7`, `0.0314`, `42`, `∞`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e5) return String(value);
  if (size >= 1e5 || size < 1e-3)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

/** A part of a whole: `48 %`, `5.8 %`, `−1.6 %`, `≈ 0 %`. */
export function formatPercent(part: number): string {
  if (!Number.isFinite(part)) return formatNumber(part);
  const size = Math.abs(part * 100);
  if (size < 0.05) return size === 0 ? '0 %' : '≈ 0 %';
  const text = size >= 9.95 ? String(Math.round(size)) : String(Number(size.toPrecision(2)));
  return `${part < 0 ? '−' : ''}${text} %`;
}

export function formatShape(dims: readonly (number | string | undefined)[] | undefined): string {
  if (dims === undefined) return '?';
  return `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** `1 node`, `2 nodes`. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${count} ${count === 1 ? word : many}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function formatList(items: readonly string[], most = 3): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length <= most) return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
  return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`;
}
