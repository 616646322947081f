import type { Graph, TensorFacts } from '../../src/engine/graph/index.ts';
import { indexGraph } from '../../src/engine/graph/index.ts';
import { modelFromBytes } from '../../src/engine/onnx/index.ts';
import type { ExecuteRequest, Plan } from '../../src/engine/run/index.ts';
import { Arena, execute, planSegments, tensorFacts } from '../../src/engine/run/index.ts';
import type { Tensor } from '../../src/engine/tensor/index.ts';
import { typedArrayOf } from '../../src/engine/tensor/index.ts';
import type { ComparableDtype } from '../../src/shared/dtype.ts';

export const SETTINGS = { level: 'disabled', provider: 'cpu', threads: 1 } as const;

export function floatTensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

export function int64Tensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int64', dims, bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

export function boolTensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'bool', dims, bytes: Uint8Array.from(values) };
}

export interface EngineRun {
  readonly graph: Graph;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly plan: Plan;
  /** Name, values and shape of everything that was handed out, in the order in which it came. */
  readonly seen: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** Plans and runs a model as `compare` does, in this process. */
export async function runEngine(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
  more: Partial<ExecuteRequest> & { readonly budget?: number; readonly path?: string } = {},
): Promise<EngineRun> {
  const model = modelFromBytes(bytes, more.path ?? 'model.onnx');
  const graph = indexGraph(model);
  const given = new Map(Object.entries(inputs));
  const facts = await tensorFacts(model, graph, given, { ...SETTINGS, level: 'basic' });
  const plan = planSegments(graph, facts, more.budget ?? 0);
  const seen: { name: string; dims: readonly number[]; values: readonly number[] }[] = [];
  await execute({
    model,
    graph,
    facts,
    plan,
    settings: SETTINGS,
    arena: new Arena(),
    carryLimit: 1e9,
    inputs: given,
    fed: new Map(),
    wants: () => true,
    onTensor: (name, { dtype, dims, bytes: raw }) =>
      seen.push({
        name,
        dims: [...dims],
        values: Array.from(typedArrayOf(dtype as ComparableDtype, raw.slice()), Number),
      }),
    onSegment: () => undefined,
    ...more,
  });
  // Entries, not properties: a value may be called __proto__.
  return { graph, facts, plan, seen, values: Object.fromEntries(seen.map((one) => [one.name, one.values])) };
}
