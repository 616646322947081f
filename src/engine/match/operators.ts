import type { GroupKind } from './node-groups.ts';

/** What an ATen operator becomes in ONNX: a node of one of these types, or a group of one of these kinds. */
export interface Counterpart {
  readonly nodes: readonly string[];
  readonly groups: readonly GroupKind[];
  /** Only moves values: shapes must be the same to say anything, and it says less. */
  readonly moves: boolean;
  /** Several outputs of the operator are outputs of one node, in the same order and of the same meaning. */
  readonly hasManyOutputs: boolean;
}

const to = (nodes: string, groups: readonly GroupKind[] = []): Counterpart => ({
  nodes: nodes.split(' ').filter((name) => name !== ''),
  groups,
  moves: false,
  hasManyOutputs: false,
});
const move = (nodes: string): Counterpart => ({ ...to(nodes), moves: true });
const many = (nodes: string): Counterpart => ({ ...to(nodes), hasManyOutputs: true });

/** By the operator's name without namespace, overload and the `_` of the in-place form. */
const COUNTERPARTS: Readonly<Record<string, Counterpart>> = {
  convolution: to('Conv ConvTranspose'),
  _convolution: to('Conv ConvTranspose'),
  mkldnn_convolution: to('Conv'),
  conv1d: to('Conv'),
  conv2d: to('Conv'),
  conv3d: to('Conv'),
  addmm: to('Gemm', ['Linear']),
  linear: to('Gemm MatMul', ['Linear']),
  baddbmm: to('Gemm', ['Linear']),
  mm: to('MatMul Gemm'),
  bmm: to('MatMul'),
  matmul: to('MatMul Gemm'),
  einsum: to('Einsum MatMul'),
  native_layer_norm: to('LayerNormalization', ['LayerNorm']),
  layer_norm: to('LayerNormalization', ['LayerNorm']),
  native_group_norm: to('GroupNormalization', ['GroupNorm']),
  group_norm: to('GroupNormalization', ['GroupNorm']),
  native_batch_norm: to('BatchNormalization InstanceNormalization'),
  _native_batch_norm_legit: to('BatchNormalization InstanceNormalization'),
  _native_batch_norm_legit_no_training: to('BatchNormalization'),
  batch_norm: to('BatchNormalization'),
  instance_norm: to('InstanceNormalization'),
  gelu: to('Gelu', ['GELU']),
  silu: to('Silu Swish', ['SiLU']),
  mish: to('Mish', ['Mish']),
  hardswish: to('HardSwish', ['Hardswish']),
  relu6: to('Clip'),
  hardtanh: to('Clip'),
  clamp: to('Clip Min Max'),
  clamp_min: to('Clip Max Relu'),
  clamp_max: to('Clip Min'),
  leaky_relu: to('LeakyRelu'),
  prelu: to('PRelu'),
  _prelu_kernel: to('PRelu'),
  _softmax: to('Softmax'),
  softmax: to('Softmax'),
  _log_softmax: to('LogSoftmax'),
  log_softmax: to('LogSoftmax'),
  _scaled_dot_product_flash_attention_for_cpu: to('Attention MatMul'),
  _scaled_dot_product_efficient_attention: to('Attention MatMul'),
  scaled_dot_product_attention: to('Attention MatMul'),
  rsub: to('Sub'),
  div: to('Div Mul'),
  mul: to('Mul Div'),
  rsqrt: to('Reciprocal Div Rsqrt'),
  reciprocal: to('Reciprocal Div'),
  square: to('Mul Pow'),
  mean: to('ReduceMean GlobalAveragePool'),
  sum: to('ReduceSum'),
  prod: to('ReduceProd'),
  amax: to('ReduceMax'),
  amin: to('ReduceMin'),
  max: to('ReduceMax Max'),
  min: to('ReduceMin Min'),
  maximum: to('Max'),
  minimum: to('Min'),
  argmax: to('ArgMax'),
  argmin: to('ArgMin'),
  topk: many('TopK'),
  sort: many('TopK'),
  linalg_vector_norm: to('ReduceL2 ReduceL1'),
  max_pool2d_with_indices: to('MaxPool'),
  max_pool3d_with_indices: to('MaxPool'),
  max_pool1d: to('MaxPool'),
  max_pool2d: to('MaxPool'),
  avg_pool1d: to('AveragePool'),
  avg_pool2d: to('AveragePool'),
  avg_pool3d: to('AveragePool'),
  _adaptive_avg_pool2d: to('GlobalAveragePool AveragePool ReduceMean'),
  adaptive_avg_pool2d: to('GlobalAveragePool AveragePool ReduceMean'),
  upsample_nearest1d: to('Resize Upsample'),
  upsample_nearest2d: to('Resize Upsample'),
  upsample_bilinear2d: to('Resize Upsample'),
  upsample_bicubic2d: to('Resize Upsample'),
  _upsample_bilinear2d_aa: to('Resize'),
  grid_sampler_2d: to('GridSample'),
  grid_sampler: to('GridSample'),
  constant_pad_nd: to('Pad'),
  reflection_pad2d: to('Pad'),
  replication_pad2d: to('Pad'),
  embedding: to('Gather'),
  index_select: to('Gather'),
  gather: to('GatherElements'),
  index: to('GatherND Gather'),
  select_scatter: to('ScatterElements ScatterND'),
  slice_scatter: to('ScatterND ScatterElements'),
  scatter: to('ScatterElements'),
  index_put: to('ScatterND'),
  masked_fill: to('Where'),
  cat: to('Concat'),
  stack: to('Concat'),
  eq: to('Equal'),
  lt: to('Less'),
  le: to('LessOrEqual'),
  gt: to('Greater'),
  ge: to('GreaterOrEqual'),
  bitwise_not: to('Not BitwiseNot'),
  logical_not: to('Not'),
  logical_and: to('And'),
  logical_or: to('Or'),
  pixel_shuffle: to('DepthToSpace'),
  lstm: many('LSTM'),
  gru: many('GRU'),
  view: move('Reshape Flatten Unsqueeze Squeeze'),
  _unsafe_view: move('Reshape Flatten'),
  reshape: move('Reshape Flatten'),
  flatten: move('Flatten Reshape'),
  unsqueeze: move('Unsqueeze Reshape'),
  squeeze: move('Squeeze Reshape'),
  transpose: move('Transpose'),
  permute: move('Transpose'),
  t: move('Transpose'),
  expand: move('Expand'),
  repeat: move('Tile Expand'),
  slice: move('Slice'),
  select: move('Gather Slice'),
  split: { ...move('Split'), hasManyOutputs: true },
  split_with_sizes: { ...move('Split'), hasManyOutputs: true },
  unbind: { ...move('Split'), hasManyOutputs: true },
  roll: move('Concat'),
  _to_copy: move('Cast'),
};

/** Operators whose result is their input in another shape or place of memory. */
const KEEPING = new Set([
  'view',
  '_unsafe_view',
  'reshape',
  'flatten',
  'unsqueeze',
  'squeeze',
  'clone',
  'alias',
  'detach',
  'contiguous',
  'lift_fresh',
]);

/** `aten.add_.Tensor` → `add`. */
export function plainOperator(op: string): string {
  const name = op.split('.')[1] ?? op;
  return name.replace(/(?<=[a-z0-9])_$/i, '');
}

/** True where the values stay as they are, in the same order. */
export function keepsValues(op: string): boolean {
  return KEEPING.has(plainOperator(op));
}

/** The table's word; for the rest, the node of the same name (`aten.sigmoid` → `Sigmoid`). */
export function counterpartOf(op: string): Counterpart {
  const plain = plainOperator(op);
  const known = Object.hasOwn(COUNTERPARTS, plain) ? COUNTERPARTS[plain] : undefined;
  if (known !== undefined) return known;
  const name = plain.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  return to(name);
}
