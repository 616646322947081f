import type { onnx } from '../../src/engine/onnx/proto.ts';
import { attribute, FLOAT, INT, setAttribute, STRING } from './attributes.ts';
import { cloneProto, floatsOf, setFloats } from './edit-model.ts';
import type { Proto } from './edit-model.ts';

/** One change to one node or weight; `nodes` are the indices of the nodes whose results it changes first. */
export interface Edit {
  readonly label: string;
  readonly nodes: readonly number[];
  /** Set for edits of initializers. */
  readonly initializer: string | undefined;
  apply(proto: Proto): void;
}

type Node = onnx.NodeProto.$Properties;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Attribute edits that leave shapes as they are; undefined where the operator has none that could matter. */
function attributeEdit(node: Node): ((node: Node) => void) | undefined {
  switch (node.opType) {
    case 'LayerNormalization':
    case 'BatchNormalization':
    case 'InstanceNormalization':
      return (one) => setAttribute(one, { name: 'epsilon', type: FLOAT, f: 0.1 });
    case 'Softmax': {
      const axis = attribute(node, 'axis')?.i ?? -1;
      return (one) => setAttribute(one, { name: 'axis', type: INT, i: axis === -1 ? -2 : axis - 1 });
    }
    case 'Gemm':
      return (one) => setAttribute(one, { name: 'alpha', type: FLOAT, f: 1.01 });
    case 'LeakyRelu':
    case 'Elu':
      return (one) => setAttribute(one, { name: 'alpha', type: FLOAT, f: 0.3 });
    case 'AveragePool':
      return (one) =>
        setAttribute(one, {
          name: 'count_include_pad',
          type: INT,
          i: attribute(one, 'count_include_pad')?.i === 1 ? 0 : 1,
        });
    case 'Gelu': {
      const tanh = attribute(node, 'approximate')?.s;
      const isTanh = tanh !== undefined && tanh !== null && new TextDecoder().decode(tanh) === 'tanh';
      return (one) =>
        setAttribute(one, { name: 'approximate', type: STRING, s: text(isTanh ? 'none' : 'tanh') });
    }
    case 'Resize': {
      const current = new TextDecoder().decode(
        attribute(node, 'coordinate_transformation_mode')?.s ?? text('half_pixel'),
      );
      const next = current === 'align_corners' ? 'half_pixel' : 'align_corners';
      return (one) =>
        setAttribute(one, { name: 'coordinate_transformation_mode', type: STRING, s: text(next) });
    }
    case 'HardSigmoid':
      return (one) => setAttribute(one, { name: 'alpha', type: FLOAT, f: 0.25 });
    default:
      return undefined;
  }
}

/** Every attribute edit and every weight edit of a model: a weight gets one of its elements shifted by half its spread. */
export function editsOf(proto: Proto): Edit[] {
  const edits: Edit[] = [];
  const nodes = proto.graph?.node ?? [];
  nodes.forEach((node, index) => {
    const change = attributeEdit(node);
    if (change !== undefined) {
      edits.push({
        label: `${node.opType ?? ''} ${node.name ?? ''} attribute`,
        nodes: [index],
        initializer: undefined,
        apply: (copy) => change(copy.graph?.node?.[index] as Node),
      });
    }
    const constant = node.opType === 'Constant' ? attribute(node, 'value')?.t : undefined;
    const values = constant === undefined || constant === null ? undefined : floatsOf(constant);
    if (values !== undefined) {
      edits.push({
        label: `Constant ${node.name ?? ''} value`,
        nodes: [index],
        initializer: undefined,
        apply: (copy) => shift(attribute(copy.graph?.node?.[index] as Node, 'value')?.t ?? {}),
      });
    }
  });
  (proto.graph?.initializer ?? []).forEach((tensor, index) => {
    if (floatsOf(tensor) === undefined) return;
    const readers = nodes.flatMap((node, reader) =>
      (node.input ?? []).includes(tensor.name ?? '') ? [reader] : [],
    );
    edits.push({
      label: `weight ${tensor.name ?? ''}`,
      nodes: readers,
      initializer: tensor.name ?? '',
      apply: (copy) => shift(copy.graph?.initializer?.[index] ?? {}),
    });
  });
  return edits;
}

function shift(tensor: onnx.TensorProto.$Properties): void {
  const values = floatsOf(tensor);
  if (values === undefined) return;
  const rms = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const middle = Math.floor(values.length / 2);
  values[middle] = (values[middle] ?? 0) + (rms === 0 ? 0.1 : 0.5 * rms);
  setFloats(tensor, values);
}

export function edited(proto: Proto, edits: readonly Edit[]): Proto {
  const copy = cloneProto(proto);
  for (const edit of edits) edit.apply(copy);
  return copy;
}
