import ort from 'onnxruntime-node';
import { onnx } from '../../../src/engine/onnx/proto.ts';
import type { Proto } from '../edit-model.ts';

/** Values of a tensor as numbers. */
export interface Values {
  readonly dims: readonly number[];
  readonly numbers: ArrayLike<number>;
}

/**
 * The graph outputs, by the plain runtime, with one thread and its optimisations off.
 * @returns undefined where the runtime refuses the model.
 */
export async function runPlain(
  proto: Proto,
  feeds: Readonly<Record<string, ort.Tensor>>,
): Promise<ReadonlyMap<string, Values> | undefined> {
  try {
    const session = await ort.InferenceSession.create(onnx.ModelProto.encode(proto).finish(), {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
    });
    const read = session.inputNames.map((name) => [name, feeds[name]] as const);
    const results = await session.run(Object.fromEntries(read) as Record<string, ort.Tensor>);
    await session.release();
    return new Map(Object.entries(results).map(([name, tensor]) => [name, valuesOf(tensor)]));
  } catch {
    return undefined;
  }
}

export function valuesOf(tensor: ort.Tensor): Values {
  const data = tensor.data as ArrayLike<number> | BigInt64Array;
  return {
    dims: tensor.dims,
    numbers: data instanceof BigInt64Array ? Float64Array.from(data, Number) : data,
  };
}
