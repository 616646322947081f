import ort from 'onnxruntime-node';
import type { Proto } from './edit-model.ts';
import { cloneProto } from './edit-model.ts';
import { onnx } from '../../src/engine/onnx/proto.ts';

/** Every float tensor of a model, run with the plain runtime and all values as outputs: no code of ours in between. */
export async function allValues(
  proto: Proto,
  feeds: Record<string, ort.Tensor>,
): Promise<Map<string, Float32Array>> {
  const copy = cloneProto(proto);
  const graph = copy.graph as onnx.GraphProto.$Properties;
  const outputs = new Set((graph.output ?? []).map((output) => output.name));
  for (const node of graph.node ?? []) {
    for (const name of node.output ?? [])
      if (name !== '' && !outputs.has(name)) (graph.output ??= []).push({ name });
  }
  const session = await ort.InferenceSession.create(onnx.ModelProto.encode(copy).finish(), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const results = await session.run(feeds);
  await session.release();
  const values = new Map<string, Float32Array>();
  for (const name of Object.keys(results)) {
    const tensor = results[name];
    if (tensor?.type === 'float32') values.set(name, tensor.data as Float32Array);
  }
  return values;
}

/** Largest difference ÷ largest finite magnitude of the original; Infinity where only one of two values is finite. */
export function effect(original: ArrayLike<number>, changed: ArrayLike<number>): number {
  let scale = 0;
  let most = 0;
  for (let index = 0; index < original.length; index++) {
    const value = original[index] ?? NaN;
    const other = changed[index] ?? NaN;
    if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
    if (Object.is(value, other)) continue;
    const difference = Math.abs(value - other);
    most = Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }
  return scale === 0 ? most : most / scale;
}
