export { reportJson } from './write-json.ts';
export { reportJsonSchema } from './schema.ts';
export type { Paint } from './summary.ts';
export { PLAIN, summaryLines } from './summary.ts';
