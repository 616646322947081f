import { oneOf } from '../choice.ts';
import type { Mutate } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import { nameOf, nodeNamed, nodesOf } from '../nodes.ts';

/** Inputs that are not alike, by operator: pairs of them may be confused. */
const PAIRS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  Sub: [[0, 1]],
  Div: [[0, 1]],
  Pow: [[0, 1]],
  MatMul: [[0, 1]],
  Gemm: [[0, 1]],
  Where: [[1, 2]],
  Clip: [[1, 2]],
  LayerNormalization: [[1, 2]],
  BatchNormalization: [
    [1, 2],
    [2, 3],
    [3, 4],
  ],
  InstanceNormalization: [[1, 2]],
  LSTM: [
    [1, 2],
    [5, 6],
  ],
  PRelu: [[0, 1]],
  Einsum: [[0, 1]],
  Concat: [
    [0, 1],
    [1, 2],
  ],
  ScatterElements: [[0, 2]],
};

/** Two inputs of a node exchanged, where the order matters and the runtime does not object. */
export const swapMutation: Mutate = ({ proto }, random) => {
  const able = nodesOf(proto).filter((node) => PAIRS[node.opType ?? ''] !== undefined);
  const opType = oneOf([...new Set(able.map((node) => node.opType ?? ''))], random);
  const node = oneOf(
    able.filter((one) => one.opType === opType),
    random,
  );
  const pair = oneOf(PAIRS[opType ?? ''] ?? [], random);
  if (node === undefined || pair === undefined) return undefined;
  const [a, b] = pair.map((index) => node.input?.[index] ?? '');
  if (a === undefined || b === undefined || a === '' || b === '' || a === b) return undefined;
  const name = nameOf(node);
  return mutation({
    kind: 'swap',
    label: `${node.opType ?? ''} ${name}: inputs ${pair.join(' and ')} swapped`,
    origins: [name],
    apply: (copy) => {
      const one = nodeNamed(copy, name);
      one.input = (one.input ?? []).map((_, index) => one.input?.[swapped(index, pair)] ?? '');
    },
  });
};

function swapped(index: number, [a, b]: readonly [number, number]): number {
  return index === a ? b : index === b ? a : index;
}
