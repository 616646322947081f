import type { Report } from '../../shared/report.ts';

export { reportJson } from './write-json.ts';
export type { Paint } from './summary.ts';
export { PLAIN, summaryLines } from './summary.ts';
export { tensorCsv } from './csv.ts';
export { reportMarkdown } from './markdown.ts';
export { isReportFile } from './report-file.ts';

/** See `schema.ts`: loaded when it is called, zod is large. */
export async function reportJsonSchema(): Promise<unknown> {
  const loaded = await import('./schema.ts');
  return loaded.reportJsonSchema();
}

/** See `read-json.ts`. */
export async function readReport(text: string, file: string): Promise<Report> {
  const loaded = await import('./read-json.ts');
  return loaded.readReport(text, file);
}
