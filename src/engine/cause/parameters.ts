/** Settings that are numbers: they can be solved for. */
import type { CauseKind } from '../../shared/cause.ts';
import { moduleSetting } from './module-setting.ts';
import type { Trial, Variant } from './variant.ts';
import { floatOf, set } from './variant.ts';

export interface Parameter {
  readonly cause: CauseKind;
  readonly name: string;
  readonly start: number;
  /** Solved for on a logarithmic axis: positive, of any magnitude. */
  readonly isLog: boolean;
  /** Tried first: what the recorded module says, what is common. */
  readonly candidates: readonly number[];
  /** Only the candidates make sense: the result does not change smoothly with it. */
  readonly isDiscrete: boolean;
  readonly variant: (value: number) => Variant;
}

interface Known {
  readonly cause: CauseKind;
  readonly fallback: number;
  /** Keyword in the module's extra_repr. */
  readonly keyword: string;
  readonly common: readonly number[];
}

const EPSILON: Known = {
  cause: 'epsilon',
  fallback: 1e-5,
  keyword: 'eps',
  common: [1e-5, 1e-6, 1e-12, 1e-3, 1e-8, 0.1],
};
const slope = (fallback: number, keyword: string, common: readonly number[]): Known => ({
  cause: 'slope',
  fallback,
  keyword,
  common,
});

/** Float attributes by operator; defaults: ONNX operator schemas. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  LayerNormalization: { epsilon: EPSILON },
  SimplifiedLayerNormalization: { epsilon: EPSILON },
  RMSNormalization: { epsilon: EPSILON },
  BatchNormalization: { epsilon: EPSILON },
  InstanceNormalization: { epsilon: EPSILON },
  GroupNormalization: { epsilon: EPSILON },
  LeakyRelu: { alpha: slope(0.01, 'negative_slope', [0.01, 0.1, 0.2]) },
  Elu: { alpha: slope(1, 'alpha', [1]) },
  Celu: { alpha: slope(1, 'alpha', [1]) },
  Selu: { alpha: slope(1.67326, 'alpha', []), gamma: slope(1.0507, 'gamma', []) },
  HardSigmoid: { alpha: slope(0.2, 'alpha', [1 / 6, 0.2]), beta: slope(0.5, 'beta', [0.5]) },
  ThresholdedRelu: { alpha: slope(1, 'threshold', [1]) },
  Gemm: { alpha: slope(1, 'alpha', [1]), beta: slope(1, 'beta', [1]) },
  LRN: { alpha: slope(1e-4, 'alpha', [1e-4]), beta: slope(0.75, 'beta', []), bias: slope(1, 'k', [1, 2]) },
};

export function parametersOf(trial: Trial): Parameter[] {
  return [
    ...attributeParameters(trial),
    ...boundParameters(trial),
    ...constantParameters(trial),
    ...scaleParameters(trial),
  ];
}

function attributeParameters({ node, repr }: Trial): Parameter[] {
  return Object.entries(ATTRIBUTES[node.opType] ?? {}).map(([name, known]): Parameter => {
    const start = floatOf(node, name, known.fallback);
    const recorded = moduleSetting(repr, known.keyword);
    const candidates = [...(recorded === undefined ? [] : [recorded]), ...known.common];
    return {
      cause: known.cause,
      name,
      start,
      isLog: known.cause === 'epsilon',
      candidates: [...new Set(candidates)].filter((value) => Math.fround(value) !== Math.fround(start)),
      isDiscrete: false,
      variant: (value) => set(known.cause, node, { [name]: value }),
    };
  });
}

/** Bounds of Clip: what the reference's extremes are is what it was clipped to. */
function boundParameters(trial: Trial): Parameter[] {
  const { node, opset, reference } = trial;
  if (node.opType !== 'Clip') return [];
  return (['min', 'max'] as const).map((name, index): Parameter => {
    const input = node.inputs[index + 1] ?? '';
    const start = opset < 11 ? floatOf(node, name, NaN) : (trial.constant(input)?.[0] ?? NaN);
    return {
      cause: 'bounds',
      name,
      start,
      isLog: false,
      candidates: [reference[name]],
      isDiscrete: true,
      variant: (value) =>
        opset < 11
          ? set('bounds', node, { [name]: value })
          : withConstant(trial, 'bounds', index + 1, value, [], `${name}=${shown(value)}`),
    };
  });
}

const SCALED = new Set(['Mul', 'Div', 'Add', 'Sub', 'Pow', 'Min', 'Max']);

/** Constants of one element that a node calculates with. */
function constantParameters(trial: Trial): Parameter[] {
  const { node, dims } = trial;
  if (!SCALED.has(node.opType)) return [];
  return node.inputs.flatMap((name, index): Parameter[] => {
    const values = trial.constant(name);
    const [start] = values ?? [];
    if (start === undefined || values?.length !== 1) return [];
    return [
      {
        cause: 'constant',
        name: `the constant ${name}`,
        start,
        isLog: false,
        candidates: [],
        isDiscrete: false,
        variant: (value) =>
          withConstant(
            trial,
            'constant',
            index,
            value,
            dims(name) ?? [],
            `the constant ${shown(value)} instead of ${shown(start)} (${name})`,
          ),
      },
    ];
  });
}

/** A factor before a softmax that the graph has lost: 1 ÷ √d of an attention. */
function scaleParameters({ node, fresh }: Trial): Parameter[] {
  const [input = ''] = node.inputs;
  if (node.opType !== 'Softmax' && node.opType !== 'LogSoftmax') return [];
  return [
    {
      cause: 'operation-missing',
      name: 'the factor of its input',
      start: 1,
      isLog: true,
      candidates: [8, 16, 32, 64, 128].map((size) => 1 / Math.sqrt(size)),
      isDiscrete: false,
      variant: (value) => {
        const factor = fresh();
        const scaled = fresh();
        return {
          cause: 'operation-missing',
          node: node.index,
          setting: `its input × ${shown(value)}`,
          parts: new Map([
            [
              node.index,
              [
                { kind: 'constant', output: factor, values: [value], dims: [] },
                { kind: 'new', opType: 'Mul', inputs: [input, factor], outputs: [scaled] },
                { kind: 'changed', change: { inputs: [scaled, ...node.inputs.slice(1)] } },
              ],
            ],
          ]),
        };
      },
    },
  ];
}

function withConstant(
  { node, fresh }: Trial,
  cause: CauseKind,
  input: number,
  value: number,
  dims: readonly number[],
  setting: string,
): Variant {
  const name = fresh();
  const inputs = Array.from({ length: Math.max(node.inputs.length, input + 1) }, (_, index) =>
    index === input ? name : (node.inputs[index] ?? ''),
  );
  return {
    cause,
    node: node.index,
    setting,
    parts: new Map([
      [
        node.index,
        [
          { kind: 'constant', output: name, values: [value], dims },
          { kind: 'changed', change: { inputs } },
        ],
      ],
    ]),
  };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(7)));
}
