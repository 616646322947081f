export { reportJson } from './write-json.ts';
export type { Paint } from './summary.ts';
export { PLAIN, summaryLines } from './summary.ts';

/** See `schema.ts`: loaded when it is called, zod is large. */
export async function reportJsonSchema(): Promise<unknown> {
  const loaded = await import('./schema.ts');
  return loaded.reportJsonSchema();
}
