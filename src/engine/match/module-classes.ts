import type { GroupKind } from './node-groups.ts';

/** What a module of a class becomes: one node of these types, or a group of this kind. */
export interface ClassCounterpart {
  readonly pattern: RegExp;
  readonly nodes: readonly string[];
  readonly groups: readonly GroupKind[];
  /** The exporter rearranges its outputs by nodes that follow; only they have the recorded shape. */
  readonly isRearranged: boolean;
}

const becomes = (
  pattern: RegExp,
  nodes: string,
  groups: readonly GroupKind[] = [],
  isRearranged = false,
): ClassCounterpart => ({
  pattern,
  nodes: nodes.split(' ').filter((name) => name !== ''),
  groups,
  isRearranged,
});

/** By the class's own name, without its module. */
const CLASSES: readonly ClassCounterpart[] = [
  becomes(/^(Lazy)?ConvTranspose[123]d$/, 'ConvTranspose'),
  becomes(/^(Lazy)?Conv[123]d$/, 'Conv'),
  becomes(/^(Lazy|NonDynamicallyQuantizable)?Linear$/, 'Gemm MatMul', ['Linear']),
  becomes(/BatchNorm([123]d)?$/, 'BatchNormalization'),
  becomes(/^LayerNorm/, 'LayerNormalization', ['LayerNorm']),
  becomes(/^GroupNorm$/, 'GroupNormalization', ['GroupNorm']),
  becomes(/^InstanceNorm[123]d$/, 'InstanceNormalization'),
  becomes(/^ReLU$/, 'Relu'),
  becomes(/^(ReLU6|Hardtanh)$/, 'Clip'),
  becomes(/^LeakyReLU$/, 'LeakyRelu'),
  becomes(/^PReLU$/, 'PRelu'),
  becomes(/^ELU$/, 'Elu'),
  becomes(/^SELU$/, 'Selu'),
  becomes(/^(SiLU|Swish)$/, 'Swish Silu', ['SiLU']),
  becomes(/GELU/i, 'Gelu', ['GELU']),
  becomes(/^Hardswish$/, 'HardSwish', ['Hardswish']),
  becomes(/^Hardsigmoid$/, 'HardSigmoid'),
  becomes(/^Mish$/, 'Mish', ['Mish']),
  becomes(/^Sigmoid$/, 'Sigmoid'),
  becomes(/^Tanh$/, 'Tanh'),
  becomes(/^Softplus$/, 'Softplus'),
  becomes(/^Softmax(2d)?$/, 'Softmax'),
  becomes(/^LogSoftmax$/, 'LogSoftmax'),
  becomes(/^MaxPool[123]d$/, 'MaxPool'),
  becomes(/^AvgPool[123]d$/, 'AveragePool'),
  becomes(/^AdaptiveAvgPool[123]d$/, 'GlobalAveragePool AveragePool ReduceMean'),
  becomes(/^AdaptiveMaxPool[123]d$/, 'GlobalMaxPool MaxPool ReduceMax'),
  becomes(/^(Upsample|UpsamplingBilinear2d|UpsamplingNearest2d)$/, 'Resize Upsample'),
  becomes(/^Embedding$/, 'Gather'),
  becomes(/^(LSTM|GRU|RNN)$/, 'LSTM GRU RNN', [], true),
  becomes(/^PixelShuffle$/, 'DepthToSpace'),
  becomes(/Pad[123]d$/, 'Pad'),
];

export function counterpartOfClass(className: string): ClassCounterpart | undefined {
  const own = className.slice(className.lastIndexOf('.') + 1);
  return CLASSES.find(({ pattern }) => pattern.test(own));
}
