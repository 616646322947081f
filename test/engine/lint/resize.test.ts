import { describe, expect, test } from 'vitest';
import { nearestIndex } from '../../../src/engine/lint/model/nearest-index.ts';
import { lastStart } from '../../../src/engine/lint/model/pool.ts';
import type { Graph } from '../../support/proto-model.ts';
import { floats, int, int64s, ints, node } from '../../support/proto-model.ts';
import { float, input, lintsOf, text, TRUTH } from './support.ts';

/** A Resize of x by two spatial axes: by scales, or to sizes. */
interface Sizes {
  readonly scales?: readonly number[];
  readonly sizes?: readonly number[];
  readonly from?: readonly (number | string)[];
}

function resize(attributes: Readonly<Record<string, string | number>>, sizes: Sizes): Graph {
  const given = Object.entries(attributes).map(([name, one]) =>
    typeof one === 'string' ? text(name, one) : name === 'cubic_coeff_a' ? float(name, one) : int(name, one),
  );
  const inputs = sizes.sizes === undefined ? ['x', '', 's'] : ['x', '', '', 's'];
  return {
    node: [node('Resize', inputs, ['y'], given, { name: 'n' })],
    input: sizes.from === undefined ? [] : [input('x', 1, 3, ...sizes.from)],
    initializer: [
      ...(sizes.scales === undefined ? [] : [floats('s', [4], [1, 1, ...sizes.scales])]),
      ...(sizes.sizes === undefined ? [] : [int64s('s', [4], [1, 3, ...sizes.sizes])]),
    ],
  };
}

const MODE = 'coordinate_transformation_mode';
const TWICE: Sizes = { scales: [2, 2], from: [8, 8] };
const TO_ONE: Sizes = { sizes: [1, 1], from: [8, 8] };
const cubic = (more: Readonly<Record<string, number>>): Graph => resize({ mode: 'cubic', ...more }, TWICE);

test.each<readonly [what: string, graph: Graph, lints: readonly string[]]>([
  // What PyTorch's exporters write.
  ['nearest', resize({ mode: 'nearest', [MODE]: 'asymmetric', nearest_mode: 'floor' }, TWICE), []],
  ['bilinear', resize({ mode: 'linear', [MODE]: 'half_pixel' }, TWICE), []],
  ['align_corners', resize({ mode: 'linear', [MODE]: 'align_corners' }, TWICE), []],
  ['bicubic', cubic({ cubic_coeff_a: TRUTH.cubic.plain }), []],
  [
    'bicubic, antialias',
    cubic({ cubic_coeff_a: TRUTH.cubic.antialias, antialias: 1, exclude_outside: 1 }),
    [],
  ],
  ['silent half_pixel, silent coefficient', cubic({}), []],
  ['pytorch_half_pixel to more', resize({ mode: 'linear', [MODE]: 'pytorch_half_pixel' }, TWICE), []],
  [
    'pytorch_half_pixel, scales alone',
    resize({ mode: 'linear', [MODE]: 'pytorch_half_pixel' }, { scales: [2, 2] }),
    [],
  ],
  [
    'pytorch_half_pixel to 4',
    resize({ mode: 'linear', [MODE]: 'pytorch_half_pixel' }, { sizes: [4, 4], from: [8, 8] }),
    [],
  ],

  [
    'pytorch_half_pixel to 1',
    resize({ mode: 'linear', [MODE]: 'pytorch_half_pixel' }, TO_ONE),
    ['warning lint:resize-mode'],
  ],
  ['half_pixel to 1', resize({ mode: 'linear', [MODE]: 'half_pixel' }, TO_ONE), []],
  [
    'pytorch_half_pixel to nobody knows what',
    resize({ mode: 'linear', [MODE]: 'pytorch_half_pixel' }, {}),
    ['info lint:resize-mode'],
  ],
  [
    'asymmetric bilinear',
    resize({ mode: 'linear', [MODE]: 'asymmetric' }, TWICE),
    ['warning lint:resize-mode'],
  ],
  [
    'crop and resize',
    resize({ mode: 'nearest', [MODE]: 'tf_crop_and_resize' }, TWICE),
    ['warning lint:resize-mode'],
  ],

  ['-0.5 without antialias', cubic({ cubic_coeff_a: -0.5 }), ['warning lint:resize-cubic']],
  ['-0.75 with antialias', cubic({ cubic_coeff_a: -0.75, antialias: 1 }), ['warning lint:resize-cubic']],
  ['border left out', cubic({ exclude_outside: 1 }), ['warning lint:resize-cubic']],

  // The defaults of ONNX pick the same pixels at whole scales (26 → 64 is not one).
  ['defaults of ONNX, twice', resize({ mode: 'nearest' }, TWICE), []],
  [
    'defaults of ONNX, 26 to 64',
    resize({ mode: 'nearest' }, { sizes: [26, 64], from: [26, 26] }),
    ['warning lint:resize-nearest'],
  ],
  ['defaults of ONNX, any scale', resize({ mode: 'nearest' }, {}), ['warning lint:resize-nearest']],
  [
    'nearest-exact, halved',
    resize(
      { mode: 'nearest', [MODE]: 'half_pixel', nearest_mode: 'round_prefer_ceil' },
      { scales: [0.5, 0.5] },
    ),
    ['info lint:resize-nearest'],
  ],
])('%s', (_, graph, lints) => {
  expect(lintsOf(graph, 18).map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(lints);
});

test.each([
  ['Upsample', 9, 'linear', ['lint:resize-before-11']],
  ['Resize', 10, 'linear', ['lint:resize-before-11']],
  ['Upsample', 9, 'nearest', []],
])('%s at opset %i, %s', (opType, opset, mode, kinds) => {
  const graph = { node: [node(opType, ['x', 's'], ['y'], [text('mode', mode)])] };
  expect(lintsOf(graph, opset).map(({ kind }) => kind)).toEqual(kinds);
});

describe('nearest neighbours', () => {
  test.each(TRUTH.nearest)('$from to $to, as torch picks them', ({ from, to, nearest, exact }) => {
    const picked = (coordinates: string, mode: string): number[] =>
      Array.from({ length: to }, (_, index) =>
        nearestIndex(coordinates, mode, index, { from, to, scale: to / from }),
      );
    expect(picked('asymmetric', 'floor')).toEqual(nearest);
    expect(picked('half_pixel', 'round_prefer_ceil')).toEqual(exact);
  });

  test('as many as in ort#28310', () => {
    const exact = { mode: 'nearest', [MODE]: 'half_pixel', nearest_mode: 'round_prefer_ceil' };
    const [found] = lintsOf(resize(exact, { sizes: [26, 64], from: [26, 26] }), 18);
    expect(found?.text).toContain('other pixels at 12 of 64 places');
  });

  test('torch takes the middle where an axis becomes one', () => {
    expect(TRUTH.middle).toBe(4.5);
  });
});

describe('the last window of a pooling', () => {
  test.each(TRUTH.pooled)('length $length, kernel $kernel, stride $stride, pad $pad', (pooled) => {
    const { length, kernel, stride, pad, to } = pooled;
    const start = lastStart({ length, extent: kernel, stride, begin: pad, end: pad }, length);
    // torch has no window that starts in the padding: where the formula has one, it is one longer.
    const isDropped = start / stride + 1 > to;
    expect(start >= length + pad).toBe(isDropped);
    const graph = {
      node: [
        node(
          'MaxPool',
          ['x'],
          ['y'],
          [
            ints('kernel_shape', [kernel]),
            ints('strides', [stride]),
            ints('pads', [pad, pad]),
            int('ceil_mode', 1),
          ],
        ),
      ],
      input: [input('x', 1, 1, length)],
    };
    expect(lintsOf(graph).map(({ severity, kind }) => [severity, kind])).toEqual(
      isDropped ? [['warning', 'lint:pool-window-in-padding']] : [],
    );
  });

  test.each(TRUTH.pooled)(
    'of any length, kernel $kernel, stride $stride, pad $pad',
    ({ kernel, stride, pad }) => {
      const alike = TRUTH.pooled.filter(
        (one) => one.kernel === kernel && one.stride === stride && one.pad === pad,
      );
      const happens = alike.some(
        ({ length, to }) => Math.ceil((length + 2 * pad - kernel) / stride) + 1 > to,
      );
      const graph = {
        node: [
          node(
            'MaxPool',
            ['x'],
            ['y'],
            [
              ints('kernel_shape', [kernel]),
              ints('strides', [stride]),
              ints('pads', [pad, pad]),
              int('ceil_mode', 1),
            ],
          ),
        ],
      };
      expect(lintsOf(graph).map(({ severity }) => severity)).toEqual(happens ? ['info'] : []);
    },
  );
});

test("PyTorch's default counts the padding", () => {
  expect(TRUTH.countIncludePad).toBe(true);
});
