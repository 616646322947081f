/** Products of matrices: which operand was transposed. */
import type { Trial, Variant } from './variant.ts';
import { intOf, set } from './variant.ts';
import { swapVariants } from './variants-order.ts';

export function gemmVariants({ node, dims }: Trial): Variant[] {
  const transA = 1 - intOf(node, 'transA', 0);
  const transB = 1 - intOf(node, 'transB', 0);
  const both = isSquare(dims(node.inputs[0] ?? '')) ? [{ transA, transB }] : [];
  return [{ transB }, { transA }, ...both].map((one) => set('transposed', node, one));
}

/** Of a row and a column the product the other way round is a matrix, as large as the square of what they hold. */
function isSquare(shape: readonly number[] | undefined): boolean {
  const rank = shape?.length ?? 0;
  return rank >= 2 && shape?.[rank - 1] === shape?.[rank - 2];
}

/** Where the matrices are square nothing but the values tells that one was transposed. */
export function matMulVariants(trial: Trial): Variant[] {
  const { node, dims, fresh } = trial;
  const [a = '', b = ''] = node.inputs;
  const transposed = [b, a].flatMap((operand): Variant[] => {
    const perm = turnedAxes(dims(operand));
    if (perm === undefined) return [];
    const name = fresh();
    return [
      {
        cause: 'transposed',
        node: node.index,
        setting: `${operand === b ? 'its second' : 'its first'} operand transposed`,
        parts: new Map([
          [
            node.index,
            [
              {
                kind: 'new',
                opType: 'Transpose',
                inputs: [operand],
                outputs: [name],
                attributes: new Map([['perm', { kind: 'ints', value: perm }]]),
              },
              {
                kind: 'changed',
                change: { inputs: node.inputs.map((input) => (input === operand ? name : input)) },
              },
            ],
          ],
        ]),
      },
    ];
  });
  return [...transposed, ...(isSquare(dims(a)) ? swapVariants(trial) : []), ...turnedResult(trial)];
}

/** a·b for b·a where both were transposed for it: queries and keys in each other's place. */
function turnedResult({ node, dims, fresh }: Trial): Variant[] {
  const [output = ''] = node.outputs;
  const perm = turnedAxes(dims(output));
  if (perm === undefined) return [];
  const name = fresh();
  return [
    {
      cause: 'swapped-operands',
      node: node.index,
      setting: 'its operands (queries and keys?) in each other’s place',
      parts: new Map([
        [
          node.index,
          [
            { kind: 'changed', change: { outputs: [name] } },
            {
              kind: 'new',
              opType: 'Transpose',
              inputs: [name],
              outputs: [output],
              attributes: new Map([['perm', { kind: 'ints', value: perm }]]),
            },
          ],
        ],
      ]),
    },
  ];
}

/** The last two axes the other way round; undefined where they are not of one length. */
function turnedAxes(shape: readonly number[] | undefined): number[] | undefined {
  const rank = shape?.length ?? 0;
  if (shape === undefined || rank < 2 || shape[rank - 1] !== shape[rank - 2]) return undefined;
  return [...shape.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
}
