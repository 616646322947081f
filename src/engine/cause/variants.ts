/** The table: which settings of which operator are tried. */
import type { Trial, Variant } from './variant.ts';
import { batchNormVariants, bypassVariants, geluVariants } from './variants-function.ts';
import {
  convVariants,
  depthToSpaceVariants,
  gridSampleVariants,
  padVariants,
  poolVariants,
  resizeVariants,
  roiAlignVariants,
} from './variants-image.ts';
import {
  arithmeticVariants,
  concatVariants,
  indexVariants,
  reductionVariants,
  softmaxVariants,
  swapVariants,
  transposeVariants,
} from './variants-order.ts';
import { gemmVariants, matMulVariants } from './variants-product.ts';

type VariantsOf = (trial: Trial) => readonly Variant[];

const both =
  (...all: readonly VariantsOf[]): VariantsOf =>
  (trial) =>
    all.flatMap((one) => one(trial));

const TABLE: ReadonlyMap<string, VariantsOf> = new Map<string, VariantsOf>([
  ['Resize', resizeVariants],
  ['Upsample', resizeVariants],
  ['AveragePool', poolVariants],
  ['MaxPool', poolVariants],
  ['LpPool', poolVariants],
  ['GridSample', gridSampleVariants],
  ['RoiAlign', roiAlignVariants],
  ['DepthToSpace', depthToSpaceVariants],
  ['Pad', padVariants],
  ['Conv', convVariants],
  ['ConvTranspose', convVariants],
  ['Gemm', gemmVariants],
  ['MatMul', matMulVariants],
  ['Gelu', geluVariants],
  ['BatchNormalization', batchNormVariants],
  ['Softmax', softmaxVariants],
  ['LogSoftmax', softmaxVariants],
  ['Hardmax', softmaxVariants],
  ['Transpose', transposeVariants],
  ['Concat', concatVariants],
  ...['Sub', 'Div', 'Pow', 'Where', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'].map(
    (op): [string, VariantsOf] => [op, both(swapVariants, arithmeticVariants)],
  ),
  ...['Add', 'Mul', 'Max', 'Min', 'Floor', 'Round', 'Ceil', 'And', 'Or'].map((op): [string, VariantsOf] => [
    op,
    arithmeticVariants,
  ]),
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceProd'].map(
    (op): [string, VariantsOf] => [op, reductionVariants],
  ),
  ...['ArgMax', 'ArgMin', 'TopK', 'CumSum', 'Mod', 'ScatterND', 'ScatterElements', 'GRU'].map(
    (op): [string, VariantsOf] => [op, indexVariants],
  ),
]);

/** Settings of a node that are worth trying, the likeliest first; leaving it out comes last. */
export function variantsOf(trial: Trial): readonly Variant[] {
  return [...(TABLE.get(trial.node.opType)?.(trial) ?? []), ...bypassVariants(trial)];
}
