import type { LintedModel, LintedNode } from './linted-model.ts';
import { numberOf, numbersOf, textOf } from './attributes.ts';

/** One spatial axis of a pooling (ONNX operators AveragePool, MaxPool, LpPool). */
export interface PoolAxis {
  /** Undefined where the file does not tell it. */
  readonly length: number | undefined;
  /** From the first to the last element of a window: dilation · (kernel − 1) + 1. */
  readonly extent: number;
  readonly stride: number;
  readonly begin: number;
  readonly end: number;
}

export interface Pool {
  readonly node: LintedNode;
  readonly isCeil: boolean;
  readonly axes: readonly PoolAxis[];
}

/** Version of ONNX Runtime whose poolings with ceil_mode give PyTorch's values at every opset: measured, 11 to 22. */
export const CEIL_MODE_SETTLED = '1.30.0';

/** Poolings with explicit pads: auto_pad leaves nothing to be mistaken about here. */
export function poolsOf({ nodes, dimsOf }: LintedModel, opTypes: readonly string[]): Pool[] {
  return nodes.flatMap((node) => {
    const kernel = numbersOf(node, 'kernel_shape');
    if (!opTypes.includes(node.opType) || kernel === undefined) return [];
    if (!['NOTSET', 'VALID'].includes(textOf(node, 'auto_pad', 'NOTSET'))) return [];
    const strides = numbersOf(node, 'strides');
    const dilations = numbersOf(node, 'dilations');
    const pads = numbersOf(node, 'pads');
    const dims = dimsOf(node.inputs[0] ?? '');
    const axes = kernel.map((size, axis) => ({
      length: dims?.[axis + 2],
      extent: (dilations?.[axis] ?? 1) * (size - 1) + 1,
      stride: Math.max(1, strides?.[axis] ?? 1),
      begin: pads?.[axis] ?? 0,
      end: pads?.[axis + kernel.length] ?? 0,
    }));
    return [{ node, isCeil: numberOf(node, 'ceil_mode', 0) === 1, axes }];
  });
}

/** Where the last window of ceil_mode starts, from the first element of the padded input. */
export function lastStart(axis: PoolAxis, length: number): number {
  const { extent, stride, begin, end } = axis;
  return Math.max(0, Math.ceil((length + begin + end - extent) / stride)) * stride;
}
