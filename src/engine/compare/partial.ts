import { basename } from 'node:path';
import type { CompareOptions } from '../../shared/progress.ts';
import type { Report, TensorRow } from '../../shared/report.ts';
import { REPORT_SCHEMA } from '../../shared/report.ts';
import { TOOL_VERSION } from './version.ts';

/**
 * What is left when the engine ends before its report: the rows it had finished, and where it was.
 * @param what happened, as one clause: `the engine died at node X`, `stopped by the user`.
 */
export function partialReport(options: CompareOptions, rows: readonly TensorRow[], what: string): Report {
  return {
    schema: REPORT_SCHEMA,
    verdict: {
      kind: 'not-comparable',
      kinds: ['not-comparable'],
      detail: '',
      sentence: `not comparable: ${what}; ${rows.length} tensors were finished before that.`,
      sites: [],
      isInnocent: false,
      next: [],
    },
    coverage: {
      tensors: rows.length,
      compared: rows.filter((row) => row.total !== undefined).length,
      entries: 0,
      pairedEntries: 0,
      unmatched: { candidate: [], reference: [] },
      skipped: [],
      graphOutputs: { total: 0, compared: 0 },
    },
    inputs: [],
    inputStage: {
      sample: 0,
      picture: undefined,
      prompts: [],
      effects: [],
      note: undefined,
      places: [],
      ignored: undefined,
    },
    weights: { matched: 0, of: 0, differing: [], note: what },
    tensors: rows,
    outputs: [],
    outputStage: { sample: 0, heads: [] },
    paths: [],
    amplifiers: [],
    growth: undefined,
    findings: [{ kind: 'engine', severity: 'fault', subject: '', text: what }],
    samples: [],
    observer: {
      level: 'all',
      equal: undefined,
      maxAbs: undefined,
      relativeL2: undefined,
      reason: what,
      repeat: undefined,
      passes: undefined,
      levels: undefined,
      deployed: undefined,
    },
    environment: {
      tool: `layerdiff ${TOOL_VERSION}`,
      command: options.command,
      candidate: {
        name: basename(options.candidate),
        sha256: '',
        over: '',
        opsets: [],
        irVersion: 0,
        producer: '',
      },
      reference: {
        name: basename(options.reference),
        sha256: '',
        over: '',
        format: '',
        torch: undefined,
        device: undefined,
        precision: undefined,
      },
      runtime: {
        onnxruntime: '',
        provider: options.provider,
        level: options.optimization,
        threads: options.threads,
      },
      cpu: '',
      node: process.version,
      sides: [],
      notes: [],
    },
    timings: {},
  };
}
