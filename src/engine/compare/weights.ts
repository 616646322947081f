import { printable } from '../../shared/errors.ts';
import { epsilonOf, isFloatDtype } from '../../shared/dtype.ts';
import { formatList, formatNumber } from '../../shared/format.ts';
import type { WeightDifference, WeightsSummary } from '../../shared/report.ts';
import type { RecordedParameter, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { castTensor, elementCount } from '../tensor/index.ts';
import type { FoldCheck } from './folded-weights.ts';
import { digestOf, parametersByDigest, sha256 } from './weight-digests.ts';

/** Folding is computed here in float64, by the exporter in float32: a few roundings. */
const FOLD_TOLERANCE = 1e-5;

/** A parameter of one element says too little to be found by its digest alone. */
const TELLING_ELEMENTS = 2;

/**
 * Initializers against the recorded digests: as stored, transposed, rounded to float16 or bfloat16. A weight differs
 * only when it bears a parameter's name and none of that parameter's forms fits; what the exporter folded, renamed or
 * rearranged has no counterpart and is not counted.
 * @param folded paths of modules that were folded, or into which others were.
 * @param amountOf in words, by how much an initializer differs from the parameter that it is named after.
 * @param folds initializers that hold a weight folded with a BatchNorm, and whether they hold what folding gives.
 */
export function checkWeights(
  model: OnnxModel,
  graph: Graph,
  recording: Recording | undefined,
  folds: ReadonlyMap<string, FoldCheck>,
  folded: ReadonlySet<string>,
  amountOf: (tensor: OnnxTensor, parameter: RecordedParameter) => string | undefined,
): WeightsSummary {
  if (recording === undefined || recording.parameters.length === 0) {
    return { matched: 0, of: 0, differing: [], note: 'the dump holds no weights' };
  }
  const byDigest = parametersByDigest(recording);
  const byName = new Map(recording.parameters.map((parameter) => [parameter.name, parameter]));
  let matched = 0;
  let unchecked = 0;
  const differing: WeightDifference[] = [];
  for (const { tensor } of graph.initializers.values()) {
    const digest = digestOf(model, tensor);
    if (digest === undefined) continue;
    if (isUnusedStatistic(graph, tensor.name)) continue;
    const named = parameterNamed(tensor.name, byName);
    const holders = byDigest.get(digest);
    // A weight that bears one parameter's name and holds another's values was swapped.
    const fits =
      named === undefined ? elementCount(tensor.dims) >= TELLING_ELEMENTS : holders?.has(named.name) === true;
    if (holders !== undefined && fits) {
      matched++;
      continue;
    }
    const other = named === undefined ? 'same dtype' : otherDtype(model, tensor, named);
    if (other === 'fits') {
      matched++;
      continue;
    }
    if (other === 'unknown') {
      unchecked++;
      continue;
    }
    const fold = folds.get(tensor.name);
    // Folded, and read in a way that the fold cannot be done again for.
    if (fold === undefined && named !== undefined && folded.has(moduleOf(named.name))) {
      unchecked++;
      continue;
    }
    if (fold?.error === undefined && fold !== undefined) {
      unchecked++;
      continue;
    }
    if (
      fold?.error !== undefined &&
      fold.error <= Math.max(FOLD_TOLERANCE, epsilonOf(tensor.dtype ?? 'float32'))
    ) {
      matched++;
      continue;
    }
    if (fold === undefined && named === undefined) continue;
    differing.push({
      initializer: tensor.name,
      parameter: fold?.parameter ?? named?.name ?? tensor.name,
      nodes: (graph.tensors.get(tensor.name)?.consumers ?? []).map((node) => graph.nodes[node]?.name ?? ''),
      detail: printable(
        holders !== undefined
          ? `holds the values of ${formatList([...holders])}`
          : fold?.error === undefined
            ? lostForm(named, named === undefined ? undefined : amountOf(tensor, named))
            : `folding ${fold.parameter} with its BatchNorm gives other values (off by ${formatNumber(fold.error)} of the largest)`,
      ),
    });
  }
  const note =
    unchecked > 0
      ? `${unchecked} folded with a BatchNorm or of another dtype, not checked: record with weights="full"`
      : undefined;
  return { matched, of: matched + differing.length, differing, note };
}

/** Running statistics of a BatchNormalization that works as in training: it takes those of the batch. */
function isUnusedStatistic({ tensors, nodes }: Graph, name: string): boolean {
  const readers = (tensors.get(name)?.consumers ?? []).map((index) => nodes[index]);
  return (
    readers.length > 0 &&
    readers.every((node) => {
      const mode = node?.opType === 'BatchNormalization' ? node.attributes.get('training_mode') : undefined;
      return mode?.kind === 'int' && mode.value === 1 && (node?.inputs.indexOf(name) ?? 0) >= 3;
    })
  );
}

/** `layer1.conv` of `layer1.conv.weight`. */
function moduleOf(parameter: string): string {
  return parameter.slice(0, Math.max(0, parameter.lastIndexOf('.')));
}

function lostForm(named: RecordedParameter | undefined, amount: string | undefined): string {
  const text = `no form of ${named?.name ?? ''} (as stored, transposed, float16, bfloat16) has these values`;
  return amount === undefined ? text : `${text}: ${amount}`;
}

/**
 * An initializer of another dtype than the recorded parameter: a wider one may hold the recorded values exactly; of a
 * narrower one without a recorded form nothing can be said.
 */
function otherDtype(
  model: OnnxModel,
  tensor: OnnxTensor,
  parameter: RecordedParameter,
): 'fits' | 'unknown' | 'same dtype' {
  if (tensor.dtype === undefined || tensor.dtype === parameter.dtype || !isFloatDtype(parameter.dtype))
    return 'same dtype';
  const cast = castTensor(tensorOf(model, tensor), parameter.dtype).tensor;
  const digest = sha256(cast.bytes);
  if (digest === parameter.digests.stored || digest === parameter.digests.transposed) return 'fits';
  const hasForm = tensor.dtype === 'float16' || tensor.dtype === 'bfloat16';
  return !hasForm && epsilonOf(tensor.dtype) > epsilonOf(parameter.dtype) ? 'unknown' : 'same dtype';
}

/** The parameter that an initializer is named after; an export wrapper may have put segments in front on either side. */
function parameterNamed(
  initializer: string,
  byName: ReadonlyMap<string, RecordedParameter>,
): RecordedParameter | undefined {
  const exact = byName.get(initializer);
  if (exact !== undefined) return exact;
  for (let dot = initializer.indexOf('.'); dot >= 0; dot = initializer.indexOf('.', dot + 1)) {
    const inner = byName.get(initializer.slice(dot + 1));
    if (inner !== undefined && initializer.slice(dot + 1).includes('.')) return inner;
  }
  return undefined;
}
