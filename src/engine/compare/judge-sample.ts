import { isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import type { Amplifier, ErrorPath, Finding, Site, TensorRow, WeightsSummary } from '../../shared/report.ts';
import type { Evidence, JudgedTensor, KnownValue } from '../diagnose/index.ts';
import { amplifiersOf, judgeTensors, locate, pathsOf } from '../diagnose/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import { checkFolds } from './folded-weights.ts';
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
    weight: weightStatistics(context, run),
  };
  const judged = judgeTensors(evidence);
  const { sites, findings } = locate(evidence, judged);
  const rows = tensorRows(evidence, judged, run.facts, (name) =>
    isSelected(context, run.match.scopeOf, name),
  );
  for (const row of rows) context.emit({ type: 'row', row });
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

/** Statistics of initializers and of fed model inputs, each computed once and only when a stretch asks for it. */
function weightStatistics(context: CompareContext, run: SampleRun): (name: string) => KnownValue | undefined {
  const known = new Map<string, KnownValue | undefined>();
  const inputs = new Map(run.inputs.map((input) => [input.name, input.tensor]));
  return (name) => {
    if (known.has(name)) return known.get(name);
    const initializer = context.graph.initializers.get(name);
    const tensor =
      initializer === undefined
        ? inputs.get(name)
        : initializer.tensor.dtype === 'string'
          ? undefined
          : tensorOf(context.model, initializer.tensor);
    const value =
      tensor === undefined || !isComparableDtype(tensor.dtype)
        ? undefined
        : {
            dtype: tensor.dtype,
            dims: tensor.dims,
            // Wide integers are indices and axes; narrow ones are quantised weights.
            stats:
              isFloatDtype(tensor.dtype) || tensor.dtype === 'int8' || tensor.dtype === 'uint8'
                ? context.comparer.stats({ dtype: tensor.dtype, bytes: tensor.bytes })
                : undefined,
          };
    known.set(name, value);
    return value;
  };
}
