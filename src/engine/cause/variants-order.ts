/** Operands, axes and orders: what can be swapped without changing a shape. */
import type { Trial, Variant } from './variant.ts';
import { changed, intOf, intsOf, set, textOf } from './variant.ts';

/** The first two operands the other way round; of Where the two branches. */
export function swapVariants({ node }: Trial): Variant[] {
  const [a, b, c] = node.inputs;
  if (a === undefined || b === undefined || a === b) return [];
  if (node.opType === 'Where')
    return c === undefined
      ? []
      : [changed('swapped-operands', node, 'its two branches swapped', { inputs: [a, c, b] })];
  return [
    changed('swapped-operands', node, 'its two operands swapped', {
      inputs: [b, a, ...node.inputs.slice(2)],
    }),
  ];
}

/** Softmax and kin: another axis, or the meaning of the axis before and since opset 13. */
export function softmaxVariants(trial: Trial): Variant[] {
  const { node, opset, dims } = trial;
  const rank = dims(node.inputs[0] ?? '')?.length ?? 0;
  const current = intOf(node, 'axis', opset >= 13 ? -1 : 1);
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => axis !== (current + rank) % Math.max(1, rank),
  );
  return [
    ...(opset < 13 ? [sinceOpset13(trial, current)] : []),
    ...axes.map((axis) => set('softmax-axis', node, { axis })),
  ];
}

/** The node read by the rules of opset 13, for its own axis: before, everything from the axis on was one row. */
function sinceOpset13({ node }: Trial, axis: number): Variant {
  return {
    cause: 'softmax-opset',
    node: node.index,
    setting: `opset 13 (axis=${axis} alone is normalised, not everything from it on)`,
    parts: new Map([
      [
        node.index,
        [{ kind: 'changed', change: { attributes: new Map([['axis', { kind: 'int', value: axis }]]) } }],
      ],
    ]),
    opsets: new Map([['', 13]]),
  };
}

/** Up to this rank every order of the axes is tried. */
const SMALL_RANK = 4;

export function transposeVariants({ node, dims }: Trial): Variant[] {
  const shape = dims(node.inputs[0] ?? '');
  const rank = shape?.length ?? 0;
  if (shape === undefined || rank < 2) return [];
  const current = intsOf(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const wanted = current.map((axis) => shape[axis]).join();
  const orders = rank <= SMALL_RANK ? permutations(rank) : [inverse(current)];
  return orders
    .filter((perm) => perm.join() !== current.join() && perm.map((axis) => shape[axis]).join() === wanted)
    .map((perm) => set('order', node, { perm }));
}

function permutations(rank: number): number[][] {
  if (rank === 0) return [[]];
  return permutations(rank - 1).flatMap((shorter) =>
    Array.from({ length: rank }, (_, at) => [...shorter.slice(0, at), rank - 1, ...shorter.slice(at)]),
  );
}

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

export function concatVariants({ node, dims }: Trial): Variant[] {
  const reversed = [...node.inputs].reverse();
  const shapes = node.inputs.map((name) => dims(name)?.join());
  const isUniform = shapes.every((shape) => shape !== undefined && shape === shapes[0]);
  return [
    ...(node.inputs.length > 1
      ? [changed('order', node, 'its inputs in reverse order', { inputs: reversed })]
      : []),
    ...(isUniform && node.inputs.length > 2
      ? [
          changed('order', node, 'its inputs rotated by one', {
            inputs: [...node.inputs.slice(1), ...node.inputs.slice(0, 1)],
          }),
        ]
      : []),
  ];
}

const REDUCTIONS = ['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceProd'];

export function reductionVariants({ node, opset, dims }: Trial): Variant[] {
  const others = REDUCTIONS.filter((op) => op !== node.opType).map((opType) =>
    changed('reduction', node, `${opType} instead`, { opType }),
  );
  const axes = intsOf(node, 'axes');
  const rank = dims(node.inputs[0] ?? '')?.length ?? 0;
  const isAttribute = axes?.length === 1 && opset < 18;
  return [
    ...others,
    ...(isAttribute
      ? Array.from({ length: rank }, (_, axis) => set('reduction', node, { axes: [axis] }))
      : []),
  ];
}

export function arithmeticVariants({ node }: Trial): Variant[] {
  const instead: Readonly<Record<string, readonly string[]>> = {
    Add: ['Sub', 'Mul'],
    Sub: ['Add'],
    Mul: ['Div', 'Add'],
    Div: ['Mul'],
    Max: ['Min'],
    Min: ['Max'],
    Floor: ['Round', 'Ceil'],
    Round: ['Floor', 'Ceil'],
    Ceil: ['Round', 'Floor'],
    Greater: ['GreaterOrEqual', 'Less'],
    Less: ['LessOrEqual', 'Greater'],
    GreaterOrEqual: ['Greater'],
    LessOrEqual: ['Less'],
    And: ['Or'],
    Or: ['And'],
  };
  const rounding = new Set(['Floor', 'Round', 'Ceil']);
  return (instead[node.opType] ?? []).map((opType) =>
    changed(
      rounding.has(node.opType) ? 'rounding' : 'operation-missing',
      node,
      `${opType} instead of ${node.opType}`,
      {
        opType,
      },
    ),
  );
}

export function indexVariants({ node, opset }: Trial): Variant[] {
  switch (node.opType) {
    case 'ArgMax':
    case 'ArgMin':
      return [
        set('tie-order', node, { select_last_index: 1 - intOf(node, 'select_last_index', 0) }),
        changed('reduction', node, node.opType === 'ArgMax' ? 'ArgMin instead' : 'ArgMax instead', {
          opType: node.opType === 'ArgMax' ? 'ArgMin' : 'ArgMax',
        }),
      ];
    case 'TopK':
      return [set('order', node, { largest: 1 - intOf(node, 'largest', 1) })];
    case 'CumSum': {
      const exclusive = 1 - intOf(node, 'exclusive', 0);
      const reverse = 1 - intOf(node, 'reverse', 0);
      return [{ exclusive }, { reverse }, { exclusive, reverse }].map((one) => set('order', node, one));
    }
    case 'Mod':
      return [set('rounding', node, { fmod: 1 - intOf(node, 'fmod', 0) })];
    case 'ScatterND':
    case 'ScatterElements':
      return (opset < 16 ? [] : ['none', 'add', 'mul'])
        .filter((one) => one !== textOf(node, 'reduction', 'none'))
        .map((reduction) => set('reduction', node, { reduction }));
    case 'GRU':
      return [
        set('activation-flavour', node, { linear_before_reset: 1 - intOf(node, 'linear_before_reset', 0) }),
      ];
    default:
      return [];
  }
}
