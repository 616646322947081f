import type { ModelView, NodeView } from '../../src/shared/model-view.ts';

/** The nodes of one decoder block as exporters decompose it: operator, scope inside the block, inputs by short names. */
const BLOCK: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['mean1', 'ReduceMean', 'input_layernorm', ['in']],
  ['sub1', 'Sub', 'input_layernorm', ['in', 'mean1']],
  ['pow1', 'Pow', 'input_layernorm', ['sub1']],
  ['var1', 'ReduceMean', 'input_layernorm', ['pow1']],
  ['eps1', 'Add', 'input_layernorm', ['var1']],
  ['std1', 'Sqrt', 'input_layernorm', ['eps1']],
  ['div1', 'Div', 'input_layernorm', ['sub1', 'std1']],
  ['mul1', 'Mul', 'input_layernorm', ['div1']],
  ['q', 'MatMul', 'self_attn.q_proj', ['mul1']],
  ['qb', 'Add', 'self_attn.q_proj', ['q']],
  ['k', 'MatMul', 'self_attn.k_proj', ['mul1']],
  ['kb', 'Add', 'self_attn.k_proj', ['k']],
  ['v', 'MatMul', 'self_attn.v_proj', ['mul1']],
  ['vb', 'Add', 'self_attn.v_proj', ['v']],
  ['shape', 'Constant', 'self_attn', []],
  ['qr', 'Reshape', 'self_attn', ['qb', 'shape']],
  ['qt', 'Transpose', 'self_attn', ['qr']],
  ['kr', 'Reshape', 'self_attn', ['kb', 'shape']],
  ['kt', 'Transpose', 'self_attn', ['kr']],
  ['vr', 'Reshape', 'self_attn', ['vb', 'shape']],
  ['vt', 'Transpose', 'self_attn', ['vr']],
  ['scores', 'MatMul', 'self_attn', ['qt', 'kt']],
  ['scale', 'Div', 'self_attn', ['scores']],
  ['masked', 'Add', 'self_attn', ['scale', 'mask']],
  ['soft', 'Softmax', 'self_attn', ['masked']],
  ['ctx', 'MatMul', 'self_attn', ['soft', 'vt']],
  ['ctxt', 'Transpose', 'self_attn', ['ctx']],
  ['ctxr', 'Reshape', 'self_attn', ['ctxt']],
  ['o', 'MatMul', 'self_attn.o_proj', ['ctxr']],
  ['ob', 'Add', 'self_attn.o_proj', ['o']],
  ['res1', 'Add', '', ['in', 'ob']],
  ['ln2', 'LayerNormalization', 'post_attention_layernorm', ['res1']],
  ['up', 'MatMul', 'mlp.up_proj', ['ln2']],
  ['gate', 'MatMul', 'mlp.gate_proj', ['ln2']],
  ['sig', 'Sigmoid', 'mlp.act_fn', ['gate']],
  ['silu', 'Mul', 'mlp.act_fn', ['gate', 'sig']],
  ['prod', 'Mul', 'mlp', ['silu', 'up']],
  ['down', 'MatMul', 'mlp.down_proj', ['prod']],
  ['downb', 'Add', 'mlp.down_proj', ['down']],
  ['out', 'Add', '', ['res1', 'downb']],
];

/**
 * A decoder of about `size` nodes, blocks of 40.
 * @param hasMask one tensor feeds every block: what makes layouts with a dummy per edge and layer grow quadratically
 */
export function transformer(size: number, hasMask: boolean): ModelView {
  const nodes: NodeView[] = [];
  const add = (name: string, opType: string, scope: string, inputs: readonly string[]): string => {
    const output = `${name}_output_0`;
    nodes.push({ name, opType, domain: '', scope, inputs, outputs: [output], bodyNodes: 0 });
    return output;
  };
  let stream = add('/model/embed_tokens/Gather', 'Gather', 'model.embed_tokens', [
    'tokens.weight',
    'input_ids',
  ]);
  const mask = add('/model/Where', 'Where', 'model', ['attention_mask']);
  for (let block = 0; nodes.length + BLOCK.length <= size - 2; block++) {
    const made = new Map([['in', stream], ...(hasMask ? [['mask', mask] as const] : [])]);
    for (const [key, opType, scope, inputs] of BLOCK) {
      const path = `model.layers.${block}${scope === '' ? '' : `.${scope}`}`;
      const name = `/${path.replaceAll('.', '/')}/${opType}_${key}`;
      const read = inputs.map((input) => made.get(input) ?? '').filter((input) => input !== '');
      made.set(key, add(name, opType, path, read));
    }
    stream = made.get('out') ?? stream;
  }
  stream = add('/model/norm/LayerNormalization', 'LayerNormalization', 'model.norm', [stream]);
  stream = add('/lm_head/MatMul', 'MatMul', 'lm_head', [stream]);
  return {
    path: `transformer-${size}.onnx`,
    name: `transformer-${size}.onnx`,
    bytes: 0,
    modifiedMillis: 0,
    irVersion: 10,
    producer: 'bench',
    opsets: [{ domain: '', version: 21 }],
    inputs: [
      { name: 'input_ids', dtype: 'int64', dims: [1, 'sequence'] },
      { name: 'attention_mask', dtype: 'int64', dims: [1, 'sequence'] },
    ],
    outputs: [{ name: stream, dtype: 'float32', dims: [1, 'sequence', 32_000] }],
    nodes,
    initializers: { count: 0, bytes: 0 },
    functions: [],
    lints: [],
  };
}
