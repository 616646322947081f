import type { Amplifier, ErrorPath, Finding, Site, TensorRow, WeightsSummary } from '../../shared/report.ts';
import type { Evidence, JudgedTensor } from '../diagnose/index.ts';
import { amplifiersOf, judgeTensors, locate, pathsOf } from '../diagnose/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import { checkFolds } from './folded-weights.ts';
import { knownValues } from './known-values.ts';
import { tensorRows } from './rows.ts';
import type { SampleRun } from './sample-run.ts';
import { isSelected } from './measured-run.ts';
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
}

/** The export's weights against the recorded ones: the same for every sample. Matching says what is folded. */
export function weightsOf(context: CompareContext, run: SampleRun): WeightsSummary {
  stage(context, 'weights', 0, 1);
  // An optimiser folds and packs weights: what was exported is what is checked.
  const { original, dump } = context;
  return checkWeights(original.model, original.graph, dump.recording, checkFolds(context, run.exported));
}

/** From what was measured to rows, sites, paths. */
export function judgeSample(context: CompareContext, run: SampleRun, weights: WeightsSummary): JudgedSample {
  const { graph } = context;
  const inputs = new Map(run.inputs.map((one) => [one.name, one.tensor]));
  const input = knownValues(context.comparer, (name) => inputs.get(name));
  const evidence: Evidence = {
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
    weight: (name) => (graph.initializers.has(name) ? context.weight(name) : input(name)),
  };
  const judged = judgeTensors(evidence);
  const { sites, findings } = locate(evidence, judged);
  const rows = tensorRows(evidence, judged, run.facts, (name) =>
    isSelected(context, run.match.scopeOf, name),
  );
  return {
    run,
    weights,
    judged,
    rows,
    sites,
    findings,
    paths: pathsOf(evidence, judged, sites),
    amplifiers: amplifiersOf(evidence, judged),
  };
}
