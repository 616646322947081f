import { printable } from '../../shared/errors.ts';
import type { Finding } from '../../shared/report.ts';
import { lostMapPairs } from '../match/index.ts';
import type { CompareContext } from './context.ts';
import type { JudgedSample } from './judge-sample.ts';

/** What a person should know besides the verdict, each thing once however many samples show it. */
export function findingsOf(context: CompareContext, judged: readonly JudgedSample[]): Finding[] {
  const notes = [...new Set(judged.flatMap((sample) => sample.run.notes))];
  const precision = context.dump.recording?.environment.changed ?? [];
  const findings = [
    ...unusedPairs(context, judged),
    ...judged.flatMap((sample) => sample.findings),
    ...notes.map((text): Finding => ({ kind: 'matching', severity: 'info', subject: '', text })),
    ...precision.map((text): Finding => ({ kind: 'recording', severity: 'info', subject: '', text })),
  ];
  return findings.map((finding) => ({ ...finding, text: printable(finding.text) }));
}

/** Pairs that the user asked for and did not get. */
function unusedPairs({ map }: CompareContext, judged: readonly JudgedSample[]): Finding[] {
  if (map === undefined) return [];
  const lost = judged.flatMap(({ run }) => lostMapPairs(map, run.match));
  const byText = new Map(lost.map((pair) => [pair.text, pair.tensor]));
  return [...byText].map(([text, subject]) => ({ kind: 'map', severity: 'warning', subject, text }));
}
