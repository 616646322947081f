/** The engine's only door. What runs models is loaded when it is first called: a process that only shows reports never loads the runtime. */
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';
import type { Report } from '../shared/report.ts';
import type { Comparison } from './compare/compare.ts';

/** See `compare/compare.ts`. The comparison holds the dump open until it is closed. */
export async function startComparison(
  options: CompareOptions,
  emit: (event: EngineEvent) => void,
): Promise<Comparison> {
  const loaded = await import('./compare/compare.ts');
  return loaded.compare(options, emit);
}

/** A comparison of which only the report is wanted. */
export async function compare(options: CompareOptions, emit: (event: EngineEvent) => void): Promise<Report> {
  const comparison = await startComparison(options, emit);
  comparison.close();
  return comparison.report;
}

export type { Comparison } from './compare/compare.ts';
export { inspectDump, inspectModel } from './compare/inspect.ts';
export type { DumpInspection, ModelInspection } from './compare/inspect.ts';
export { instrument } from './compare/instrument.ts';
export { mapFileText } from './compare/map-text.ts';
export { partialReport } from './compare/partial.ts';
export { TOOL_VERSION } from './compare/version.ts';
export {
  isReportFile,
  PLAIN,
  readReport,
  reportJson,
  reportJsonSchema,
  reportMarkdown,
  summaryLines,
  tensorCsv,
} from './report/index.ts';
export type { Paint } from './report/index.ts';
export type { ViewedModel } from './view/index.ts';
export { viewModel } from './view/index.ts';
