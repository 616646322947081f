import type { NameMatch } from '../match/index.ts';
import type { GraphNode } from '../graph/index.ts';
import type { OnnxTensor } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { castTensor, typedArrayOf } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { readEntry } from './read-entry.ts';

/** An initializer that holds a folded weight or bias. */
export interface FoldCheck {
  /** Full name of the parameter that was folded. */
  readonly parameter: string;
  /** Largest difference to what folding gives ÷ largest magnitude; undefined where the dump has no values to fold. */
  readonly error: number | undefined;
}

/**
 * What the exporter folded, done again: w·γ/√(σ² + ε) per output channel, and (b − μ)·γ/√(σ² + ε) + β for the bias
 * (torch.nn.utils.fusion.fuse_conv_bn_weights). Needs the parameter values (`weights="full"`).
 */
export function checkFolds(context: CompareContext, match: NameMatch): Map<string, FoldCheck> {
  const checks = new Map<string, FoldCheck>();
  for (const { entry, into } of match.folded) {
    if (entry.role !== 'output') continue;
    const pair = match.pairs.find((one) => one.entry.path === into && one.entry.role === 'output');
    const producer =
      pair === undefined ? undefined : context.original.graph.tensors.get(pair.tensor)?.producer;
    const node = producer === undefined ? undefined : context.original.graph.nodes[producer];
    if (node === undefined) continue;
    const [, weight, bias] = node.inputs;
    const folded = foldedValues(context, entry.path, into, node);
    if (weight !== undefined && context.original.graph.initializers.has(weight)) {
      checks.set(weight, {
        parameter: `${entry.path}.weight`,
        error: differenceOf(context, weight, folded?.weight),
      });
    }
    if (bias !== undefined && context.original.graph.initializers.has(bias)) {
      checks.set(bias, { parameter: `${into}.bias`, error: differenceOf(context, bias, folded?.bias) });
    }
  }
  return checks;
}

function foldedValues(
  context: CompareContext,
  module: string,
  norm: string,
  node: GraphNode,
): { weight: Float64Array; bias: Float64Array } | undefined {
  const weight = parameterValues(context, `${module}.weight`);
  const mean = parameterValues(context, `${norm}.running_mean`);
  const variance = parameterValues(context, `${norm}.running_var`);
  if (weight === undefined || mean === undefined || variance === undefined) return undefined;
  const channels = mean.values.length;
  const gamma = parameterValues(context, `${norm}.weight`)?.values ?? new Float64Array(channels).fill(1);
  const beta = parameterValues(context, `${norm}.bias`)?.values ?? new Float64Array(channels);
  const own = parameterValues(context, `${module}.bias`)?.values ?? new Float64Array(channels);
  const epsilon = epsilonOfModule(context, norm);
  const factor = gamma.map((value, channel) => value / Math.sqrt((variance.values[channel] ?? 0) + epsilon));
  const channelOf = outputChannel(node, weight.dims);
  return {
    weight: weight.values.map((value, index) => value * (factor[channelOf(index)] ?? 1)),
    bias: own.map(
      (value, channel) =>
        (value - (mean.values[channel] ?? 0)) * (factor[channel] ?? 1) + (beta[channel] ?? 0),
    ),
  };
}

/** Output channel of a flat weight index: axis 0 of Conv and Linear, axis 1 of ConvTranspose. */
function outputChannel(node: GraphNode, dims: readonly number[]): (index: number) => number {
  const inner = (from: number): number => dims.slice(from).reduce((all, dim) => all * dim, 1);
  if (node.opType !== 'ConvTranspose') return (index) => Math.floor(index / inner(1));
  const group = node.attributes.get('group');
  const groups = group?.kind === 'int' ? group.value : 1;
  const inPerGroup = (dims[0] ?? 1) / groups;
  const outPerGroup = dims[1] ?? 1;
  return (index) => {
    const row = Math.floor(index / inner(1));
    const column = Math.floor(index / inner(2)) % outPerGroup;
    return Math.floor(row / inPerGroup) * outPerGroup + column;
  };
}

function epsilonOfModule(context: CompareContext, path: string): number {
  const text = context.dump.recording?.modules.find((module) => module.path === path)?.extraRepr ?? '';
  const match = /eps=([0-9.eE+-]+)/.exec(text);
  return match === null ? 1e-5 : Number(match[1]);
}

/** Recorded values of a parameter as float64; undefined where the dump has none. */
export function parameterValues(
  context: CompareContext,
  name: string,
): { values: Float64Array; dims: readonly number[] } | undefined {
  const entry = context.dump.recording?.parameters.find((parameter) => parameter.name === name)?.values;
  if (entry === undefined) return undefined;
  const tensor = castTensor(readEntry(context.dump, entry), 'float64').tensor;
  return { values: typedArrayOf('float64', tensor.bytes) as Float64Array, dims: tensor.dims };
}

function differenceOf(
  context: CompareContext,
  initializer: string,
  folded: Float64Array | undefined,
): number | undefined {
  const tensor = context.original.graph.initializers.get(initializer)?.tensor;
  return folded === undefined || tensor === undefined ? undefined : differenceTo(context, tensor, folded);
}

/**
 * Largest difference of an initializer to numbers, ÷ the largest of these; as they are or, of matrices, transposed,
 * whichever is closer. Infinity for another number of elements.
 */
export function differenceTo(context: CompareContext, tensor: OnnxTensor, folded: Float64Array): number {
  const actual = typedArrayOf(
    'float64',
    castTensor(tensorOf(context.original.model, tensor), 'float64').tensor.bytes,
  ) as Float64Array;
  if (actual.length !== folded.length) return Infinity;
  const [rows, columns] = tensor.dims.length === 2 ? (tensor.dims as [number, number]) : [1, actual.length];
  const plain = largestDifference(actual, (index) => folded[index] ?? NaN);
  const swapped = largestDifference(
    actual,
    (index) => folded[(index % columns) * rows + Math.floor(index / columns)] ?? NaN,
  );
  return tensor.dims.length === 2 ? Math.min(plain, swapped) : plain;
}

function largestDifference(actual: Float64Array, expected: (index: number) => number): number {
  let most = 0;
  let scale = Number.MIN_VALUE;
  actual.forEach((value, index) => {
    const other = expected(index);
    most = Math.max(most, Math.abs(value - other));
    scale = Math.max(scale, Math.abs(other));
  });
  return most / scale;
}
