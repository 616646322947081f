/** Pairs made by hand as the map file that the engine reads (layerdiff.map/1); undefined: none. */
export function mapText(pairs: ReadonlyMap<string, string>): string | undefined {
  if (pairs.size === 0) return undefined;
  return JSON.stringify({
    schema: 'layerdiff.map/1',
    pairs: [...pairs].map(([candidate, entry]) => ({ candidate, entry })),
    ignore: [],
  });
}
