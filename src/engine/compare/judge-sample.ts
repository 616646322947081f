import { isFloatDtype } from '../../shared/dtype.ts';
import type {
  Amplifier,
  ErrorPath,
  Finding,
  Growth,
  Site,
  TensorRow,
  WeightsSummary,
} from '../../shared/report.ts';
import type { Evidence, JudgedTensor, Spread } from '../diagnose/index.ts';
import {
  amplifiersOf,
  growthTo,
  isNarrow,
  isUndecided,
  judgeTensors,
  locate,
  pathsOf,
} from '../diagnose/index.ts';
import { conditioning, isVisible } from './conditioning.ts';
import type { CompareContext } from './context.ts';
import { stage, timed } from './context.ts';
import { withEffects } from './effects.ts';
import { checkFolds } from './folded-weights.ts';
import { knownValues } from './known-values.ts';
import { overflowFindings } from './overflow.ts';
import { tensorRows } from './rows.ts';
import type { SampleRun } from './sample-run.ts';
import { isSelected } from './measured-run.ts';
import { withCauses } from './causes.ts';
import { unlessRefused } from './replay.ts';
import type { SpreadRequest } from './spread.ts';
import { spreadOf } from './spread.ts';
import { unrecordedFolds } from './unrecorded-folds.ts';
import { weightAmount } from './weight-amount.ts';
import { checkWeights } from './weights.ts';

export interface JudgedSample {
  readonly run: SampleRun;
  readonly weights: WeightsSummary;
  readonly judged: ReadonlyMap<string, JudgedTensor>;
  readonly rows: readonly TensorRow[];
  readonly sites: readonly Site[];
  readonly findings: readonly Finding[];
  readonly paths: readonly ErrorPath[];
  readonly amplifiers: readonly Amplifier[];
  /** To each graph output. */
  readonly growths: readonly Growth[];
}

/** The export's weights against the recorded ones: the same for every sample. Matching says what is folded. */
export function weightsOf(context: CompareContext, run: SampleRun): WeightsSummary {
  stage(context, 'weights', 0, 1);
  // An optimiser folds and packs weights: what was exported is what is checked.
  const { original, dump } = context;
  return checkWeights(
    original.model,
    original.graph,
    dump.recording,
    checkFolds(context, run.exported),
    new Set([
      ...run.exported.folded.flatMap(({ entry, into }) => [entry.path, into]),
      ...unrecordedFolds(dump, original.graph),
    ]),
    (tensor, parameter) => weightAmount(context, tensor, parameter),
  );
}

/** From what was measured to rows, sites, paths. */
export async function judgeSample(
  context: CompareContext,
  run: SampleRun,
  weights: WeightsSummary,
): Promise<JudgedSample> {
  const { evidence, judged } = await judgeWithNoise(context, run, evidenceOf(context, run, weights));
  const effective = await timed(context, 'effects', () =>
    withEffects(context, run, evidence, judged, locate(evidence, judged)),
  );
  const sites = await timed(context, 'causes', () =>
    withCauses(context, run, evidence, judged, effective.sites),
  );
  const located = { ...effective, sites };
  const rows = tensorRows(evidence, judged, run.facts, (name) =>
    isSelected(context, run.match.scopeOf, name),
  );
  return {
    run,
    weights,
    judged,
    rows,
    ...located,
    findings: [
      ...located.findings,
      ...(await overflowFindings(context, run)),
      ...conditioning(context, run, evidence, judged),
    ],
    paths: pathsOf(evidence, judged, located.sites),
    amplifiers: amplifiersOf(evidence, judged),
    growths: context.graph.outputs.flatMap((output) => growthTo(evidence, judged, output) ?? []),
  };
}

function evidenceOf(context: CompareContext, run: SampleRun, weights: WeightsSummary): Evidence {
  const { graph } = context;
  const inputs = new Map(run.inputs.map((one) => [one.name, one.tensor]));
  const input = knownValues(context.comparer, (name) => inputs.get(name));
  return {
    sample: run.sample.index,
    graph,
    match: run.match,
    paired: run.paired,
    free: run.free,
    fed: run.fed,
    isFed: run.isFed,
    aliasDifferences: run.aliasDifferences,
    differingWeights: weights.differing,
    referee: run.referee,
    unholdable: run.unholdable,
    fedSpread: new Map(),
    freeSpread: new Map(),
    coarsest: context.coarsest,
    weight: (name) => (graph.initializers.has(name) ? context.weight(name) : input(name)),
  };
}

/** Runs on values moved by one rounding (design section 8). */
const SEEDS = { fed: 2, free: 3 };

interface Judged {
  readonly evidence: Evidence;
  readonly judged: ReadonlyMap<string, JudgedTensor>;
}

/**
 * Stretches above their formula, or with one that says little, are run again on inputs moved by one rounding; where
 * errors exceed what the formula lets roundings add up to, and no float64 run was recorded, so is the whole model.
 */
async function judgeWithNoise(context: CompareContext, run: SampleRun, first: Evidence): Promise<Judged> {
  const byFormula = await timed(context, 'judge', () => judgeTensors(first));
  const suspects = namesOf(
    byFormula,
    (tensor) => tensor.state === 'introduced' || isNarrow(tensor) || isUndecided(tensor),
  );
  const fedSpread =
    suspects.size === 0
      ? first.fedSpread
      : await measured(context, run, { mode: 'fed', tensors: suspects, seeds: SEEDS.fed });
  const second = { ...first, fedSpread };
  const bySpread = suspects.size === 0 ? byFormula : judgeTensors(second);
  const loud = namesOf(
    bySpread,
    (tensor) =>
      (tensor.state === 'introduced' || tensor.state === 'inherited') && tensor.noiseSource !== 'referee',
  );
  const isQuiet = loud.size === 0 && !context.graph.outputs.some((output) => isLoudOutput(run, output));
  if (isQuiet || run.ownErrorsOnly) return { evidence: second, judged: bySpread };
  stage(context, 'noise', 0, 1);
  const exact = namesOf(bySpread, (tensor) => tensor.state === 'introduced');
  const freeSpread = await measured(context, run, {
    mode: 'free',
    tensors: namesOf(bySpread, (tensor) => isFloat(run, tensor) && isAskedFor(context, tensor, loud, exact)),
    exact,
    seeds: SEEDS.free,
  });
  const evidence = { ...second, freeSpread };
  return { evidence, judged: judgeTensors(evidence) };
}

function isFloat(run: SampleRun, { name }: JudgedTensor): boolean {
  return isFloatDtype(run.free.get(name)?.type.dtype ?? 'bool');
}

/** What is loud, what a fault is handed on to, and the graph outputs: for the rest the formula says enough. */
function isAskedFor(
  { graph }: CompareContext,
  { name, stretch }: JudgedTensor,
  loud: ReadonlySet<string>,
  exact: ReadonlySet<string>,
): boolean {
  const isOutput = graph.tensors.get(name)?.isOutput === true;
  return loud.has(name) || isOutput || stretch.boundary.some((input) => exact.has(input));
}

/** Rounding that the formula allows, and that is visible all the same, has to be shown to be rounding. */
function isLoudOutput(run: SampleRun, output: string): boolean {
  const measured = run.free.get(output);
  const isFloat = measured !== undefined && isFloatDtype(measured.type.dtype);
  const hasReferee = run.paired.get(output)?.all.some(({ entry }) => run.referee.has(entry.key)) === true;
  return isFloat && !hasReferee && measured.comparison !== undefined && isVisible(measured.comparison);
}

function measured(
  context: CompareContext,
  run: SampleRun,
  request: SpreadRequest,
): Promise<ReadonlyMap<string, Spread>> {
  return timed(context, `noise, ${request.mode} run`, () =>
    unlessRefused(() => spreadOf(context, run, request), new Map<string, Spread>()),
  );
}

function namesOf(
  judged: ReadonlyMap<string, JudgedTensor>,
  holds: (tensor: JudgedTensor) => boolean,
): ReadonlySet<string> {
  return new Set([...judged.values()].filter(holds).map((tensor) => tensor.name));
}
