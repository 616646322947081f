import { floatsOf, setFloats } from '../../edit-model.ts';
import { halfBits } from '../../half.ts';
import type { Node } from '../../proto-model.ts';
import { int, node as nodeOf, TYPE } from '../../proto-model.ts';
import { oneOf } from '../choice.ts';
import type { Mutate, Place } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import {
  initializerNamed,
  insertNodes,
  nameOf,
  nodeNamed,
  nodesOf,
  outputOf,
  producerOf,
  readersOf,
  replaceInput,
} from '../nodes.ts';
import { weightsOf } from './weight.ts';

/** float16 in the middle of a float32 model: behind a node, before one of its inputs, or in a weight. */
export const dtypeMutation: Mutate = (place, random) => {
  const kind = random();
  if (kind < 0.4) return behindNode(place, random);
  return kind < 0.7 ? beforeNode(place, random) : inWeight(place, random);
};

/** Operators whose float outputs an autocast might have made float16. */
const COMPUTING = new Set([
  'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Add', 'Sub', 'Mul', 'Div', 'Relu', 'LeakyRelu', 'Sigmoid', 'Softmax', 'Erf', 'Gelu',
  'LayerNormalization', 'BatchNormalization', 'AveragePool', 'MaxPool', 'Resize', 'HardSwish', 'Exp', 'Softplus', 'Concat',
  'GlobalAveragePool', 'ReduceMean', 'Transpose',
]); // prettier-ignore

function casts(like: Node, from: string, to: string): { nodes: Node[]; names: string[] } {
  const name = nameOf(like);
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const names = ['half', 'float'].map((kind) => `${folder}Cast_${kind}_${nodeName(name)}`);
  const [down = '', up = ''] = names;
  const half = `${from}/half_by_${nodeName(name)}`;
  const more = (one: string): Node => ({ name: one, metadataProps: like.metadataProps ?? [] });
  return {
    names,
    nodes: [
      nodeOf('Cast', [from], [half], [int('to', TYPE.float16)], more(down)),
      nodeOf('Cast', [half], [to], [int('to', TYPE.float32)], more(up)),
    ],
  };
}

const nodeName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The tensor keeps its name, what the node itself makes gets another. */
function behindNode({ proto }: Place, random: () => number): ReturnType<Mutate> {
  const node = oneOf(
    nodesOf(proto).filter((one) => COMPUTING.has(one.opType ?? '') && one.output?.length === 1),
    random,
  );
  if (node === undefined) return undefined;
  const name = nameOf(node);
  const tensor = outputOf(node);
  const { nodes, names } = casts(node, `${tensor}/wide`, tensor);
  return mutation({
    kind: 'dtype',
    label: `float16 behind ${node.opType ?? ''} ${name}`,
    origins: [name],
    accused: new Set(names),
    apply: (copy) => {
      nodeNamed(copy, name).output = [`${tensor}/wide`];
      insertNodes(copy, name, nodes, true);
    },
  });
}

function beforeNode({ proto }: Place, random: () => number): ReturnType<Mutate> {
  const node = oneOf(
    nodesOf(proto).filter((one) => COMPUTING.has(one.opType ?? '')),
    random,
  );
  const tensor = oneOf(
    (node?.input ?? []).filter((name) => COMPUTING.has(producerOf(proto, name)?.opType ?? '')),
    random,
  );
  if (node === undefined || tensor === undefined) return undefined;
  const name = nameOf(node);
  const { nodes, names } = casts(node, tensor, `${tensor}/half_for_${nodeName(name)}`);
  return mutation({
    kind: 'dtype',
    label: `float16 before ${node.opType ?? ''} ${name}`,
    origins: [name],
    accused: new Set(names),
    apply: (copy) => {
      replaceInput(nodeNamed(copy, name), tensor, `${tensor}/half_for_${nodeName(name)}`);
      insertNodes(copy, name, nodes, false);
    },
  });
}

function inWeight({ proto }: Place, random: () => number): ReturnType<Mutate> {
  const weight = oneOf(weightsOf(proto), random);
  if (weight === undefined) return undefined;
  const name = weight.name ?? '';
  return mutation({
    kind: 'dtype',
    label: `${name} rounded to float16`,
    origins: readersOf(proto, name).map(nameOf),
    initializer: name,
    apply: (copy) => {
      const tensor = initializerNamed(copy, name);
      setFloats(
        tensor,
        (floatsOf(tensor) ?? new Float32Array()).map((value) => fromHalf(halfBits(value))),
      );
    },
  });
}

/** IEEE 754 binary16, finite values. */
function fromHalf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
