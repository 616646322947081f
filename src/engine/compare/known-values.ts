import { isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import type { KnownValue } from '../diagnose/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Tensor } from '../tensor/index.ts';

export type KnownValues = (name: string) => KnownValue | undefined;

/** Statistics of values that do not come from a run, each computed once and only when a stretch asks for it. */
export function knownValues(comparer: Comparer, valueOf: (name: string) => Tensor | undefined): KnownValues {
  const known = new Map<string, KnownValue | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, knownValueOf(comparer, valueOf(name)));
    return known.get(name);
  };
}

function knownValueOf(comparer: Comparer, tensor: Tensor | undefined): KnownValue | undefined {
  if (tensor === undefined || !isComparableDtype(tensor.dtype)) return undefined;
  const { dtype, dims, bytes } = tensor;
  // Wide integers are indices and axes; narrow ones are quantised weights.
  const isValue = isFloatDtype(dtype) || dtype === 'int8' || dtype === 'uint8';
  return { dtype, dims, stats: isValue ? comparer.stats({ dtype, bytes }) : undefined };
}

export function weightOf(model: OnnxModel, graph: Graph, name: string): Tensor | undefined {
  const tensor = graph.initializers.get(name)?.tensor;
  return tensor === undefined || tensor.dtype === 'string' ? undefined : tensorOf(model, tensor);
}
