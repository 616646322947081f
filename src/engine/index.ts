/**
 * The engine's only door. What reads or runs models is loaded when it is first called: a process that only shows reports
 * loads neither the runtime nor a decoder.
 */
import type { CompareOptions, EngineEvent } from '../shared/progress.ts';
import type { Report } from '../shared/report.ts';
import type { DumpInspection, ModelInspection } from './compare/inspect.ts';
import type { Instrumented } from './compare/instrument.ts';
import { sideThreadFor } from './compare/side-thread.ts';

/** See `compare/compare.ts`. */
export async function compare(options: CompareOptions, emit: (event: EngineEvent) => void): Promise<Report> {
  // Before the rest: it loads its own code meanwhile.
  const side = sideThreadFor(options);
  try {
    const loaded = await import('./compare/compare.ts');
    return await loaded.compare(options, emit, side);
  } finally {
    await side?.close();
  }
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

export type { DumpInspection, ModelInspection } from './compare/inspect.ts';
export { mapFileText } from './compare/map-text.ts';
export { partialReport } from './compare/partial.ts';
export { TOOL_VERSION } from './compare/version.ts';
export { PLAIN, reportJson, reportJsonSchema, summaryLines } from './report/index.ts';
export type { Paint } from './report/index.ts';
