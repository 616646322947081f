/** The number that a module's `extra_repr()` gives a keyword: `(64,), eps=1e-12, elementwise_affine=True`. */
export function moduleSetting(repr: string, keyword: string): number | undefined {
  const pattern = new RegExp(`(?:^|[\\s,(])${keyword}=([-+0-9.eE]+)`);
  const value = Number(pattern.exec(repr)?.[1] ?? NaN);
  return Number.isNaN(value) ? undefined : value;
}
