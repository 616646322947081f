import { printable } from '../../shared/errors.ts';
import type { Coverage, TensorRow, UnmatchedEntry } from '../../shared/report.ts';
import type { DumpEntry } from '../dump/index.ts';
import type { CompareContext } from './context.ts';
import type { SampleRun } from './sample-run.ts';

/** What was compared, what was not, and why: nothing is dropped silently. */
export function coverageOf(context: CompareContext, run: SampleRun, rows: readonly TensorRow[]): Coverage {
  const outputs = run.sample.entries.filter((entry) => entry.role === 'output' && entry.op === undefined);
  const placed = new Set(run.match.pairs.map((pair) => pair.entry.key));
  const folded = new Map(run.match.folded.map((one) => [one.entry.key, one.into]));
  const reference = outputs
    .filter((entry) => !placed.has(entry.key))
    .map((entry) => unmatched(entry, folded.get(entry.key), run.match.ignored.has(entry.key)));
  const compared = new Set(
    rows.filter((row) => (row.total ?? row.local) !== undefined).map((row) => row.name),
  );
  return {
    tensors: rows.length,
    compared: compared.size,
    entries: outputs.length,
    pairedEntries: outputs.filter((entry) => placed.has(entry.key)).length,
    unmatched: {
      candidate: rows.filter((row) => row.pairs.length === 0).map((row) => row.name),
      reference,
    },
    skipped: [
      ...rows
        .filter((row) => (row.total ?? row.local) === undefined && row.pairs.length > 0)
        .map((row) => ({ name: row.name, reason: row.reason ?? '' })),
      ...context.dump.skipped,
    ],
    graphOutputs: {
      total: context.graph.outputs.length,
      compared: context.graph.outputs.filter((name) => compared.has(name)).length,
    },
  };
}

function unmatched(entry: DumpEntry, into: string | undefined, ignored: boolean): UnmatchedEntry {
  if (ignored) return { entry: entry.key, reason: 'ignored by the map', expected: true };
  if (into !== undefined)
    return { entry: entry.key, reason: printable(`folded into ${into}`), expected: true };
  return { entry: entry.key, reason: 'no value of the candidate stands for it', expected: false };
}
