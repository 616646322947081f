/** Activations: another flavour, one too many, one too few. */
import type { NodePart, Trial, Variant } from './variant.ts';
import { changed, set, textOf } from './variant.ts';

export function geluVariants({ node }: Trial): Variant[] {
  const isTanh = textOf(node, 'approximate', 'none') === 'tanh';
  return [set('activation-flavour', node, { approximate: isTanh ? 'none' : 'tanh' })];
}

/** Builds nodes one after the other; each call gives the name of what it makes. */
class Emitter {
  readonly parts: NodePart[] = [];
  readonly #fresh: () => string;

  constructor(fresh: () => string) {
    this.#fresh = fresh;
  }

  op(opType: string, ...inputs: readonly string[]): string {
    const output = this.#fresh();
    this.parts.push({ kind: 'new', opType, inputs, outputs: [output] });
    return output;
  }

  constant(value: number): string {
    const output = this.#fresh();
    this.parts.push({ kind: 'constant', output, values: [value], dims: [] });
    return output;
  }
}

type Formula = (emit: Emitter, x: string) => string;

/** torch.nn.functional.gelu, silu and kin, in operators that every opset since 9 has. */
const FORMULAS: Readonly<Record<string, Formula>> = {
  "GELU(approximate='none')": (emit, x) =>
    half(emit, x, emit.op('Erf', emit.op('Mul', x, emit.constant(Math.SQRT1_2)))),
  "GELU(approximate='tanh')": (emit, x) => {
    const cubed = emit.op('Mul', emit.op('Mul', x, x), emit.op('Mul', x, emit.constant(0.044715)));
    const inner = emit.op('Mul', emit.op('Add', x, cubed), emit.constant(Math.sqrt(2 / Math.PI)));
    return half(emit, x, emit.op('Tanh', inner));
  },
  'QuickGELU, x·σ(1.702·x)': (emit, x) =>
    emit.op('Mul', x, emit.op('Sigmoid', emit.op('Mul', x, emit.constant(1.702)))),
  'SiLU, x·σ(x)': (emit, x) => emit.op('Mul', x, emit.op('Sigmoid', x)),
  Mish: (emit, x) => emit.op('Mul', x, emit.op('Tanh', emit.op('Softplus', x))),
  ReLU: (emit, x) => emit.op('Relu', x),
  Sigmoid: (emit, x) => emit.op('Sigmoid', x),
  Tanh: (emit, x) => emit.op('Tanh', x),
  Hardswish: (emit, x) => {
    const shifted = emit.op('Relu', emit.op('Add', x, emit.constant(3)));
    return emit.op('Div', emit.op('Mul', x, emit.op('Min', shifted, emit.constant(6))), emit.constant(6));
  },
  ReLU6: (emit, x) => emit.op('Min', emit.op('Relu', x), emit.constant(6)),
};

function half(emit: Emitter, x: string, inner: string): string {
  const sum = emit.op('Add', inner, emit.constant(1));
  return emit.op('Mul', emit.op('Mul', x, sum), emit.constant(0.5));
}

/** What a stretch computes from one tensor into another of the same shape. */
export interface FunctionTrial {
  /** Indices of its nodes, in execution order. */
  readonly nodes: readonly number[];
  readonly opTypes: readonly string[];
  readonly input: string;
  readonly output: string;
  readonly fresh: () => string;
}

const ACTIVATIONS = new Set([
  'Erf',
  'Tanh',
  'Sigmoid',
  'Relu',
  'Gelu',
  'FastGelu',
  'QuickGelu',
  'HardSwish',
  'HardSigmoid',
  'Softplus',
  'Mish',
  'Swish',
  'Clip',
]);

/** The stretch as a whole replaced by another activation. Its last node reads the input there: only a fed one can. */
export function functionVariants({ nodes, opTypes, input, output, fresh }: FunctionTrial): Variant[] {
  const first = nodes[0];
  if (first === undefined || !opTypes.some((op) => ACTIVATIONS.has(op))) return [];
  return Object.entries(FORMULAS).map(([setting, formula]): Variant => {
    const emit = new Emitter(fresh);
    const made = formula(emit, input);
    const parts: NodePart[] = [
      ...emit.parts,
      { kind: 'new', opType: 'Identity', inputs: [made], outputs: [output] },
    ];
    return {
      cause: 'activation-flavour',
      node: first,
      setting,
      // The first node is where the fed input is read; the others make nothing that is still needed.
      parts: new Map(nodes.map((node) => [node, node === first ? parts : []])),
    };
  });
}

/** An activation after the site's tensor. */
const APPENDED = [
  'Relu',
  'Sigmoid',
  'Tanh',
  'Neg',
  'Abs',
  'Exp',
  'Sqrt',
  'HardSwish',
  'Softplus',
  'Floor',
  'Round',
];

export function appendedVariants({ node, opset, fresh }: Trial, output: string): Variant[] {
  return APPENDED.filter((op) => op !== 'HardSwish' || opset >= 14).map((opType): Variant => {
    const before = fresh();
    return {
      cause: 'operation-missing',
      node: node.index,
      setting: `${opType} after it`,
      parts: new Map([
        [
          node.index,
          [
            {
              kind: 'changed',
              change: { outputs: node.outputs.map((name) => (name === output ? before : name)) },
            },
            { kind: 'new', opType, inputs: [before], outputs: [output] },
          ],
        ],
      ]),
    };
  });
}

/** The node left out: its input handed on, where shapes allow that. */
export function bypassVariants({ node, dims }: Trial): Variant[] {
  const [output] = node.outputs;
  const shape = output === undefined ? undefined : dims(output)?.join();
  if (output === undefined || shape === undefined || node.opType === 'Identity') return [];
  return node.inputs
    .slice(0, 2)
    .filter((input) => input !== '' && dims(input)?.join() === shape)
    .map((input): Variant => ({
      cause: node.opType === 'Dropout' ? 'training-mode' : 'operation-added',
      node: node.index,
      setting: `${node.opType} left out`,
      parts: new Map([
        [node.index, [{ kind: 'new', opType: 'Identity', inputs: [input], outputs: [output] }]],
      ]),
    }));
}

/** BatchNormalization in training mode normalises with the batch's own statistics. */
export function batchNormVariants({ node }: Trial): Variant[] {
  const training = node.attributes.get('training_mode');
  if (training?.kind !== 'int' || training.value !== 1) return [];
  return [
    changed('training-mode', node, 'training_mode=0', {
      attributes: new Map([['training_mode', { kind: 'int', value: 0 }]]),
      outputs: node.outputs.slice(0, 1),
    }),
  ];
}
