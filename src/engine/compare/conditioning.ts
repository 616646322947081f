import type { TensorComparison } from '../../shared/comparison.ts';
import { isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Finding } from '../../shared/report.ts';
import type { Evidence, JudgedTensor } from '../diagnose/index.ts';
import type { CompareContext } from './context.ts';
import { entrySource } from './measure.ts';
import type { SampleRun } from './sample-run.ts';

/** Share of an output's largest value that rounding must move it by before it is told. */
const ILL = 1e-4;

/** Distances to float64 within this factor of each other are alike. */
const ALIKE = 10;

/** An error that a person would ask about. */
export function isVisible({ maxAbs, reference }: Pick<TensorComparison, 'maxAbs' | 'reference'>): boolean {
  return maxAbs > ILL * reference.maxAbs;
}

/** Graph outputs for which rounding alone makes a difference that a person would take for a fault. */
export function conditioning(
  context: CompareContext,
  run: SampleRun,
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
): Finding[] {
  return context.graph.outputs.flatMap((output): Finding[] => {
    const total = run.free.get(output)?.comparison;
    if (!judged.has(output) || total === undefined || !isVisible(total)) return [];
    const largest = Math.max(total.reference.maxAbs, Number.MIN_VALUE);
    const text = againstFloat64(context, run, output, largest) ?? moved(output, evidence, largest);
    return text === undefined
      ? []
      : [{ kind: 'ill-conditioned', severity: 'warning', subject: output, text: printable(text) }];
  });
}

function againstFloat64(
  context: CompareContext,
  run: SampleRun,
  output: string,
  largest: number,
): string | undefined {
  const pair = run.paired.get(output)?.primary;
  const exact = run.sample.referee?.find((entry) => entry.key === pair?.entry.key);
  const ours = run.outputs.get(output);
  const recorded = pair === undefined ? undefined : run.referee.get(pair.entry.key);
  if (
    exact === undefined ||
    ours === undefined ||
    recorded === undefined ||
    pair?.transform.kind === 'permutation'
  )
    return undefined;
  const { dtype, dims, bytes } = ours;
  if (!isComparableDtype(dtype) || !isFloatDtype(dtype)) return undefined;
  const { comparison } = context.comparer.compare({ dtype, bytes }, entrySource(context.dump, exact), {
    dims,
    atol: 0,
    rtol: 0,
  });
  const reference = recorded / largest;
  const candidate = comparison.maxAbs / largest;
  if (reference <= ILL && candidate <= ILL) return undefined;
  const distances = `the recorded run is ${formatNumber(reference)} of the largest value away from float64, the candidate ${formatNumber(candidate)}`;
  if (candidate > ALIKE * reference) return undefined;
  return reference > ALIKE * candidate
    ? `${output}: float64 sides with the candidate: ${distances}`
    : `${output} is ill-conditioned, float64 sides with neither: ${distances}`;
}

function moved(output: string, { freeSpread }: Evidence, largest: number): string | undefined {
  const spread = freeSpread.get(output);
  if (spread === undefined || spread.maxAbs <= ILL * largest) return undefined;
  return `${output} is ill-conditioned: one rounding of inputs and weights moves it by up to ${formatNumber(spread.maxAbs / largest)} of its largest value`;
}
