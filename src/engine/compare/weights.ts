import { createHash } from 'node:crypto';
import { isFloatDtype } from '../../shared/dtype.ts';
import type { WeightDifference, WeightsSummary } from '../../shared/report.ts';
import type { DigestForm, RecordedParameter, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { elementCount } from '../tensor/index.ts';

/** A parameter of one element says too little to be found by its digest alone. */
const TELLING_ELEMENTS = 2;

/**
 * Initializers against the recorded digests: as stored, transposed, rounded to float16 or bfloat16. A weight differs
 * only when it bears a parameter's name and none of that parameter's forms fits; what the exporter folded, renamed or
 * rearranged has no counterpart and is not counted.
 * @param isFolded the parameter's module was folded into the one after it, so its weight is rightly another.
 */
export function checkWeights(
  model: OnnxModel,
  graph: Graph,
  recording: Recording | undefined,
  isFolded: (parameter: string, initializer: string) => boolean,
): WeightsSummary {
  if (recording === undefined || recording.parameters.length === 0) {
    return { matched: 0, of: 0, differing: [], note: 'the dump holds no weights' };
  }
  const byDigest = new Map<string, RecordedParameter>();
  for (const parameter of recording.parameters) {
    for (const form of Object.keys(parameter.digests) as DigestForm[]) {
      const digest = parameter.digests[form];
      if (digest !== undefined) byDigest.set(digest, parameter);
    }
  }
  const byName = new Map(recording.parameters.map((parameter) => [parameter.name, parameter]));
  let matched = 0;
  let folded = 0;
  const differing: WeightDifference[] = [];
  for (const { tensor } of graph.initializers.values()) {
    if (tensor.dtype === undefined || !isFloatDtype(tensor.dtype)) continue;
    const digest = createHash('sha256').update(tensorOf(model, tensor).bytes).digest('hex');
    const named = parameterNamed(tensor.name, byName);
    if (byDigest.has(digest) && (named !== undefined || elementCount(tensor.dims) >= TELLING_ELEMENTS)) {
      matched++;
      continue;
    }
    if (named === undefined) continue;
    if (isFolded(named.name, tensor.name)) {
      folded++;
      continue;
    }
    differing.push({
      initializer: tensor.name,
      parameter: named.name,
      nodes: (graph.tensors.get(tensor.name)?.consumers ?? []).map((node) => graph.nodes[node]?.name ?? ''),
      detail: `no form of ${named.name} (as stored, transposed, float16, bfloat16) has these values`,
    });
  }
  const note = folded > 0 ? `${folded} folded with a BatchNorm, not checked` : undefined;
  return { matched, of: matched + differing.length, differing, note };
}

/** The parameter that an initializer is named after; an export wrapper may have put segments in front on either side. */
function parameterNamed(initializer: string, byName: ReadonlyMap<string, RecordedParameter>): RecordedParameter | undefined {
  const exact = byName.get(initializer);
  if (exact !== undefined) return exact;
  for (let dot = initializer.indexOf('.'); dot >= 0; dot = initializer.indexOf('.', dot + 1)) {
    const inner = byName.get(initializer.slice(dot + 1));
    if (inner !== undefined && initializer.slice(dot + 1).includes('.')) return inner;
  }
  return undefined;
}
