/**
 * The engine's only door. What reads or runs models is loaded when it is first called: a process that only shows reports
 * loads neither the runtime nor a decoder.
 */
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';
import type { Report } from '../shared/report.ts';
import type { Comparison } from './compare/compare.ts';
import type { DumpInspection, ModelInspection } from './compare/inspect.ts';
import type { Instrumented } from './compare/instrument.ts';
import { sideThreadFor } from './compare/side-thread.ts';
import type { ViewedModel } from './view/index.ts';

/** See `compare/compare.ts`. The comparison holds the dump open until it is closed. */
export async function startComparison(
  options: CompareOptions,
  emit: (event: EngineEvent) => void,
): Promise<Comparison> {
  // Before the rest: it loads its own code meanwhile.
  const side = sideThreadFor(options);
  try {
    const loaded = await import('./compare/compare.ts');
    return await loaded.compare(options, emit, side);
  } finally {
    await side?.close();
  }
}

/** A comparison of which only the report is wanted. */
export async function compare(options: CompareOptions, emit: (event: EngineEvent) => void): Promise<Report> {
  const comparison = await startComparison(options, emit);
  comparison.close();
  return comparison.report;
}

/** See `compare/inspect.ts`. */
export async function inspectModel(path: string): Promise<ModelInspection> {
  const loaded = await import('./compare/inspect.ts');
  return loaded.inspectModel(path);
}

/** See `compare/inspect.ts`. */
export async function inspectDump(path: string): Promise<DumpInspection> {
  const loaded = await import('./compare/inspect.ts');
  return loaded.inspectDump(path);
}

/** See `compare/instrument.ts`. */
export async function instrument(path: string, out: string): Promise<Instrumented> {
  const loaded = await import('./compare/instrument.ts');
  return loaded.instrument(path, out);
}

/** See `view/model-view.ts`. */
export async function viewModel(path: string): Promise<ViewedModel> {
  const loaded = await import('./view/index.ts');
  return loaded.viewModel(path);
}

export type { Comparison } from './compare/compare.ts';
export type { DumpInspection, ModelInspection } from './compare/inspect.ts';
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
