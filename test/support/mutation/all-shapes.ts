import type ort from 'onnxruntime-node';
import type { Proto } from '../edit-model.ts';
import { cloneProto } from '../edit-model.ts';
import { initializerNamed, nodesOf } from './nodes.ts';
import { runPlain } from './plain-run.ts';

/** Shape of every tensor and weight of a model, as it is when the model runs. */
export async function allShapes(
  proto: Proto,
  feeds: Readonly<Record<string, ort.Tensor>>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const copy = cloneProto(proto);
  const names = new Set(nodesOf(copy).flatMap((node) => node.output ?? []));
  if (copy.graph !== undefined && copy.graph !== null)
    copy.graph.output = [...names].filter((name) => name !== '').map((name) => ({ name }));
  const values = await runPlain(copy, feeds);
  const shapes = new Map<string, readonly number[]>(
    [...(values ?? [])].map(([name, { dims }]) => [name, dims]),
  );
  for (const [name, tensor] of Object.entries(feeds)) shapes.set(name, tensor.dims);
  for (const { name } of proto.graph?.initializer ?? [])
    shapes.set(name ?? '', (initializerNamed(proto, name ?? '').dims ?? []).map(Number));
  return shapes;
}
