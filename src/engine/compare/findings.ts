import { printable } from '../../shared/errors.ts';
import type { ValueStats } from '../../shared/comparison.ts';
import { oncePerText } from '../../shared/once-per-text.ts';
import type { Finding } from '../../shared/report.ts';
import { lintDump, lintModel } from '../lint/index.ts';
import { lostMapPairs } from '../match/index.ts';
import { runtimeVersion } from '../run/index.ts';
import type { CompareContext } from './context.ts';
import type { JudgedSample } from './judge-sample.ts';

/** What a person should know besides the verdict, each thing once however many samples show it. */
export function findingsOf(context: CompareContext, judged: readonly JudgedSample[]): Finding[] {
  const notes = [...new Set(judged.flatMap((sample) => sample.run.notes))];
  const precision = context.dump.recording?.environment.changed ?? [];
  const findings = [
    ...unusedPairs(context, judged),
    ...judged.flatMap((sample) => nothingFinite(context, sample, judged.length)),
    ...judged.flatMap((sample) => sample.findings),
    ...notes.map((text): Finding => ({ kind: 'matching', severity: 'info', subject: '', text })),
    ...precision.map((text): Finding => ({ kind: 'recording', severity: 'info', subject: '', text })),
    ...lints(context, judged),
  ];
  const told = findings.map((finding) => ({ ...finding, text: printable(finding.text) }));
  // What several samples show is said once.
  return [
    ...new Map(
      told.map((finding) => [`${finding.kind} ${finding.subject} ${finding.text}`, finding]),
    ).values(),
  ];
}

/** What the exported model and the dump give away by themselves, each text once. */
function lints({ original, dump }: CompareContext, judged: readonly JudgedSample[]): Finding[] {
  const run = judged[0]?.run;
  const { model, graph } = original;
  return oncePerText([
    ...lintModel(model, graph, {
      recording: dump.recording,
      scopeOf: run?.exported.scopeOf ?? [],
      sampleDims: new Map(run?.inputs.map(({ name, tensor }) => [name, tensor.dims])),
      dimsOf: (name) => run?.facts.get(name)?.dims,
      runtime: runtimeVersion(),
    }),
    ...lintDump(dump, { model, graph }),
  ]);
}

/** Pairs that the user asked for and did not get. */
function unusedPairs({ map }: CompareContext, judged: readonly JudgedSample[]): Finding[] {
  if (map === undefined) return [];
  const lost = judged.flatMap(({ run }) => lostMapPairs(map, run.match));
  const byText = new Map(lost.map((pair) => [pair.text, pair.tensor]));
  return [...byText].map(([text, subject]) => ({ kind: 'map', severity: 'warning', subject, text }));
}

/** Share of the compared tensors that may hold nothing finite before it is said. */
const MOST_FINITE = 0.5;

/** NaN is equal to NaN: where both sides hold nothing else, that they agree says little. */
function nothingFinite(context: CompareContext, sample: JudgedSample, samples: number): Finding[] {
  const compared = sample.rows.flatMap((row) => {
    const measure = row.total ?? row.local;
    return measure === undefined ? [] : [{ name: row.name, measure }];
  });
  const empty = compared.filter(
    ({ measure }) => isNowhereFinite(measure.candidate) && isNowhereFinite(measure.reference),
  );
  const [first] = empty;
  const isOutput = empty.some(({ name }) => context.graph.tensors.get(name)?.isOutput === true);
  if (first === undefined || (!isOutput && empty.length <= compared.length * MOST_FINITE)) return [];
  const where = samples > 1 ? ` in sample ${sample.run.sample.index}` : '';
  return [
    {
      kind: 'non-finite',
      severity: 'warning',
      subject: first.name,
      text: `${empty.length} of ${compared.length} compared tensors${where} hold only NaN or infinities on both sides; the first is ${first.name}`,
    },
  ];
}

function isNowhereFinite({ count, nan, posInf, negInf }: ValueStats): boolean {
  return count > 0 && nan + posInf + negInf === count;
}
