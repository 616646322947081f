export { reportJson } from './write-json.ts';
export { reportJsonSchema } from './schema.ts';
export type { Paint } from './summary.ts';
export { PLAIN, summaryLines } from './summary.ts';
export { tensorCsv } from './csv.ts';
export { reportMarkdown } from './markdown.ts';
export { isReportFile, readReport } from './read-json.ts';
