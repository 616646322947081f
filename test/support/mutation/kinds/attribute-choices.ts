/** What can be changed at an operator without changing a shape; names and defaults: ONNX operator reference. */
import { FLOAT, INT, INTS, setAttribute, STRING } from '../../attributes.ts';
import type { Node } from '../../proto-model.ts';

interface Parameter {
  readonly name: string;
  readonly standard: number;
}

const EPSILON = { name: 'epsilon', standard: 1e-5 };

export const PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
  LayerNormalization: [EPSILON],
  BatchNormalization: [EPSILON],
  InstanceNormalization: [EPSILON],
  Gemm: [
    { name: 'alpha', standard: 1 },
    { name: 'beta', standard: 1 },
  ],
  LeakyRelu: [{ name: 'alpha', standard: 0.01 }],
  Elu: [{ name: 'alpha', standard: 1 }],
  HardSigmoid: [
    { name: 'alpha', standard: 0.2 },
    { name: 'beta', standard: 0.5 },
  ],
  LSTM: [{ name: 'clip', standard: 1 }],
};

interface Choice {
  readonly name: string;
  readonly standard: string | number;
  readonly values: readonly (string | number)[];
}

const FLAG = [0, 1] as const;

export const CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  AveragePool: [
    { name: 'count_include_pad', standard: 0, values: FLAG },
    { name: 'ceil_mode', standard: 0, values: FLAG },
  ],
  MaxPool: [{ name: 'ceil_mode', standard: 0, values: FLAG }],
  Gelu: [{ name: 'approximate', standard: 'none', values: ['none', 'tanh'] }],
  Gemm: [
    { name: 'transA', standard: 0, values: FLAG },
    { name: 'transB', standard: 0, values: FLAG },
  ],
  Resize: [
    {
      name: 'coordinate_transformation_mode',
      standard: 'half_pixel',
      values: ['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel'],
    },
    { name: 'mode', standard: 'nearest', values: ['nearest', 'linear', 'cubic'] },
    {
      name: 'nearest_mode',
      standard: 'round_prefer_floor',
      values: ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'],
    },
  ],
  LSTM: [{ name: 'direction', standard: 'forward', values: ['forward', 'reverse'] }],
  ScatterND: [{ name: 'reduction', standard: 'none', values: ['add', 'mul', 'none'] }],
  ScatterElements: [{ name: 'reduction', standard: 'none', values: ['add', 'mul', 'none'] }],
  Softmax: [{ name: 'axis', standard: -1, values: [-1, -2, 1] }],
  Einsum: [{ name: 'equation', standard: '', values: ['bchw,bkc->bkhw', 'bchw,bck->bkhw'] }],
};

/** Operators with padding at the beginning and at the end of each axis. */
export const DEALT = new Set(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool']);

export function floatAttribute(node: Node, name: string, f: number): void {
  setAttribute(node, { name, type: FLOAT, f });
}

export function withInt(node: Node, name: string, i: number): void {
  setAttribute(node, { name, type: INT, i });
}

export function setInts(node: Node, name: string, ints: readonly number[]): void {
  setAttribute(node, { name, type: INTS, ints: [...ints] });
}

export function setText(node: Node, name: string, text: string): void {
  setAttribute(node, { name, type: STRING, s: new TextEncoder().encode(text) });
}
