import { epsilonOf, isComparableDtype } from '../../shared/dtype.ts';
import type { Spread } from '../diagnose/index.ts';
import { stretchOf } from '../diagnose/index.ts';
import type { Graph } from '../graph/index.ts';
import { downstreamOf, randomNodes } from '../graph/index.ts';
import { sliceAxisOf } from '../metric/index.ts';
import type { Lane } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { perturbed, seedOf } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { replay } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

export interface SpreadRequest {
  /** `free`: how far roundings move a tensor when they add up from the inputs on; `fed`: within its stretch. */
  readonly mode: 'free' | 'fed';
  readonly tensors: ReadonlySet<string>;
  /**
   * Tensors at fault, replaced by what was recorded: what is behind a fault is measured on right values, else a fault
   * that makes the model unstable would hide itself.
   */
  readonly exact?: ReadonlySet<string>;
  readonly seeds: number;
}

/**
 * How far tensors move when what they are computed from moves by one rounding: floats × (1 ± ε), weights as well, so
 * that every layer gets roundings of its own. The largest over all seeds.
 */
export async function spreadOf(
  context: CompareContext,
  run: SampleRun,
  request: SpreadRequest,
): Promise<ReadonlyMap<string, Spread>> {
  const spreads = new Map<string, Spread>();
  const isRandom = randomTensors(context, run, request.mode);
  await replay(context, run, {
    mode: request.mode,
    tensors: request.tensors,
    ...(request.exact === undefined ? {} : { exact: request.exact }),
    lanes: Array.from({ length: request.seeds }, (_, seed) => perturbation(seed + 1, context.coarsest)),
    isOpenWeight: (name) => isPerturbable(context.graph, name),
    onTensor: () => undefined,
    onLane: (_, name, tensor, own) => {
      if (isRandom(name)) return;
      const spread = spreadBetween(context, tensor, own);
      if (spread !== undefined) spreads.set(name, largerOf(spreads.get(name), spread));
    },
  });
  return spreads;
}

/** Two runs differ behind random numbers without any rounding: that says nothing of noise. */
function randomTensors(
  { graph }: CompareContext,
  run: SampleRun,
  mode: SpreadRequest['mode'],
): (tensor: string) => boolean {
  const random = randomNodes(graph);
  const reached = downstreamOf(graph, random);
  return (tensor) =>
    random.size > 0 &&
    (mode === 'free'
      ? reached.has(tensor)
      : stretchOf(graph, tensor, run.isFed).nodes.some((node) => random.has(node)));
}

function perturbation(seed: number, coarsest: number): Lane {
  return {
    replace: (kind, name, tensor) => {
      const epsilon = Math.max(epsilonOf(tensor.dtype), coarsest);
      return kind === 'carried' || epsilonOf(tensor.dtype) === 0
        ? undefined
        : perturbed(tensor, epsilon, seedOf(seed, kind === 'fed' ? tensor.dims.join() : name));
    },
  };
}

/** Operators that multiply or add what they read; of others a weight may be a size, a step or a bound, which is exact. */
const ARITHMETIC = new Set([
  'Conv',
  'ConvTranspose',
  'Gemm',
  'MatMul',
  'Einsum',
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Gather',
  'PRelu',
  'LSTM',
  'GRU',
  'RNN',
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'SimplifiedLayerNormalization',
  'RMSNormalization',
]);

function isPerturbable(graph: Graph, name: string): boolean {
  const tensor = graph.initializers.get(name)?.tensor;
  if (tensor?.dtype === undefined || epsilonOf(tensor.dtype) === 0 || !isComparableDtype(tensor.dtype))
    return false;
  if (tensor.dtype === 'bfloat16' || tensor.dims.reduce((all, dim) => all * dim, 1) < 2) return false;
  const readers = graph.tensors.get(name)?.consumers ?? [];
  return readers.every((index) => {
    const node = graph.nodes[index];
    return node !== undefined && ARITHMETIC.has(node.opType) && node.inputs.includes(name);
  });
}

function spreadBetween(context: CompareContext, tensor: Tensor, own: Tensor): Spread | undefined {
  const { dtype, dims } = own;
  if (!isComparableDtype(dtype) || tensor.bytes.byteLength !== own.bytes.byteLength) return undefined;
  const { comparison, slices } = context.comparer.compare(
    { dtype, bytes: tensor.bytes },
    { dtype, bytes: own.bytes },
    { dims, atol: 0, rtol: 0, sliceAxis: sliceAxisOf(dims) },
  );
  return {
    maxAbs: comparison.nonFiniteMismatch > 0 ? Infinity : comparison.maxAbs,
    relativeL2: comparison.relativeL2,
    unequal: comparison.unequal,
    slices: slices?.maxAbs,
  };
}

function largerOf(a: Spread | undefined, b: Spread): Spread {
  if (a === undefined) return b;
  return {
    maxAbs: Math.max(a.maxAbs, b.maxAbs),
    relativeL2: Math.max(a.relativeL2, b.relativeL2),
    unequal: Math.max(a.unequal, b.unequal),
    slices: b.slices?.map((value, index) => Math.max(value, a.slices?.[index] ?? 0)),
  };
}
