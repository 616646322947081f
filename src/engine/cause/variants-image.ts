/** Settings of operators that sample, pool and pad images. */
import type { Trial, Variant } from './variant.ts';
import { changed, floatOf, intOf, intsOf, set, textOf } from './variant.ts';

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
const NEAREST = ['floor', 'round_prefer_floor', 'round_prefer_ceil', 'ceil'];
/** Keys' cubic kernel: PyTorch −0.75, TensorFlow and PIL −0.5. */
const CUBIC = [-0.75, -0.5];
const MODES = ['linear', 'nearest', 'cubic'];

/** The triple mode × coordinates × rounding: PyTorch's own combinations first, one attribute before two. */
export function resizeVariants({ node, opset }: Trial): Variant[] {
  if (opset < 11) return MODES.map((mode) => set('resize-mode', node, { mode }));
  const mode = textOf(node, 'mode', 'nearest');
  const coordinates = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = textOf(node, 'nearest_mode', 'round_prefer_floor');
  const cubic = floatOf(node, 'cubic_coeff_a', -0.75);
  const one = [
    ...COORDINATES.filter((value) => value !== coordinates).map((value) => ({
      coordinate_transformation_mode: value,
    })),
    ...(mode === 'nearest'
      ? NEAREST.filter((value) => value !== rounding).map((value) => ({ nearest_mode: value }))
      : []),
    ...(mode === 'cubic'
      ? CUBIC.filter((value) => value !== cubic).map((value) => ({ cubic_coeff_a: value }))
      : []),
    ...MODES.filter((value) => value !== mode).map((value) => ({ mode: value })),
    ...(opset >= 18 ? [{ antialias: 1 - intOf(node, 'antialias', 0) }] : []),
  ];
  const two = COORDINATES.flatMap((value) => [
    ...(mode === 'nearest'
      ? NEAREST.map((next) => ({ coordinate_transformation_mode: value, nearest_mode: next }))
      : MODES.filter((next) => next !== mode).map((next) => ({
          coordinate_transformation_mode: value,
          mode: next,
          ...(next === 'nearest' ? { nearest_mode: 'floor' } : {}),
        }))),
    ...(mode === 'cubic'
      ? CUBIC.map((next) => ({ coordinate_transformation_mode: value, cubic_coeff_a: next }))
      : []),
  ]);
  return [...one, ...two].map((attributes) => set('resize-mode', node, attributes));
}

export function poolVariants({ node }: Trial): Variant[] {
  const include = intOf(node, 'count_include_pad', 0);
  const ceil = intOf(node, 'ceil_mode', 0);
  const isAverage = node.opType === 'AveragePool';
  return [
    ...(isAverage ? [set('pool-divisor', node, { count_include_pad: 1 - include })] : []),
    set('pool-divisor', node, { ceil_mode: 1 - ceil }),
    ...(isAverage
      ? [set('pool-divisor', node, { count_include_pad: 1 - include, ceil_mode: 1 - ceil })]
      : []),
    ...padShifts(node.attributes.has('pads') ? (intsOf(node, 'pads') ?? []) : []).map((pads) =>
      set('padding', node, { pads }),
    ),
  ];
}

/** The same padding in all, dealt out differently to the two sides of each axis: output shapes stay. */
export function padShifts(pads: readonly number[]): number[][] {
  const axes = pads.length / 2;
  const totals = pads.slice(0, axes).map((begin, axis) => begin + (pads[axis + axes] ?? 0));
  const dealt = [
    totals.map((total) => Math.floor(total / 2)),
    totals.map((total) => Math.ceil(total / 2)),
    totals.map(() => 0),
    [...totals],
    pads.slice(axes),
  ];
  return dealt
    .map((begins) => [...begins, ...totals.map((total, axis) => total - (begins[axis] ?? 0))])
    .filter((one, index, all) => {
      const key = one.join();
      return key !== pads.join() && all.findIndex((other) => other.join() === key) === index;
    });
}

export function gridSampleVariants({ node, opset }: Trial): Variant[] {
  const align = 1 - intOf(node, 'align_corners', 0);
  const linear = opset >= 20 ? 'linear' : 'bilinear';
  const cubic = opset >= 20 ? 'cubic' : 'bicubic';
  const paddings = ['zeros', 'border', 'reflection'].filter(
    (one) => one !== textOf(node, 'padding_mode', 'zeros'),
  );
  const modes = [linear, 'nearest', cubic].filter((one) => one !== textOf(node, 'mode', linear));
  return [
    { align_corners: align },
    ...paddings.map((padding) => ({ padding_mode: padding })),
    ...modes.map((mode) => ({ mode })),
    ...paddings.map((padding) => ({ align_corners: align, padding_mode: padding })),
  ].map((attributes) => set('sampling', node, attributes));
}

export function roiAlignVariants({ node, opset }: Trial): Variant[] {
  const modes = ['half_pixel', 'output_half_pixel'];
  const current = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const ratio = intOf(node, 'sampling_ratio', 0);
  const pooling = textOf(node, 'mode', 'avg');
  return [
    ...(opset >= 16
      ? modes.filter((mode) => mode !== current).map((mode) => ({ coordinate_transformation_mode: mode }))
      : []),
    ...[0, 1, 2, 4].filter((value) => value !== ratio).map((value) => ({ sampling_ratio: value })),
    { mode: pooling === 'avg' ? 'max' : 'avg' },
  ].map((attributes) => set('sampling', node, attributes));
}

export function depthToSpaceVariants({ node }: Trial): Variant[] {
  return [set('order', node, { mode: textOf(node, 'mode', 'DCR') === 'DCR' ? 'CRD' : 'DCR' })];
}

export function padVariants({ node, opset, constant, reference, fresh }: Trial): Variant[] {
  const mode = textOf(node, 'mode', 'constant');
  const modes = ['constant', 'reflect', 'edge', ...(opset >= 19 ? ['wrap'] : [])].filter(
    (one) => one !== mode,
  );
  const variants = modes.map((one) => set('padding', node, { mode: one }));
  const [data = '', pads = '', value] = node.inputs;
  if (mode !== 'constant' || opset < 11) return variants;
  const current = value === undefined || value === '' ? 0 : (constant(value)?.[0] ?? 0);
  const values = [0, 1, -1, 114, 114 / 255, 0.5, reference.min, reference.max].filter(
    (one) => one !== current,
  );
  return [
    ...variants,
    ...values.map((one): Variant => {
      const name = fresh();
      return {
        cause: 'padding',
        node: node.index,
        setting: `constant_value=${Number(one.toPrecision(6))}`,
        parts: new Map([
          [
            node.index,
            [
              { kind: 'constant', output: name, values: [one], dims: [] },
              {
                kind: 'changed',
                change: {
                  inputs: [data, pads, name, ...(node.inputs[3] === undefined ? [] : [node.inputs[3]])],
                },
              },
            ],
          ],
        ]),
      };
    }),
  ];
}

export function convVariants({ node }: Trial): Variant[] {
  const pads = intsOf(node, 'pads') ?? [];
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  return [
    ...padShifts(pads).map((one) => set('padding', node, { pads: one })),
    ...(auto.startsWith('SAME')
      ? [set('padding', node, { auto_pad: auto === 'SAME_UPPER' ? 'SAME_LOWER' : 'SAME_UPPER' })]
      : []),
    ...(node.opType === 'ConvTranspose' ? outputPaddings(node, pads) : []),
  ];
}

/** Padding and output padding traded against each other so that the shape stays. */
function outputPaddings(node: Trial['node'], pads: readonly number[]): Variant[] {
  const current = intsOf(node, 'output_padding');
  const axes = pads.length / 2;
  if (axes === 0) return [];
  const shifted = pads.map((pad, index) => (index >= axes ? pad + 1 : pad));
  return [
    changed('padding', node, `pads=[${shifted.join(', ')}], output_padding one larger`, {
      attributes: new Map([
        ['pads', { kind: 'ints', value: shifted }],
        [
          'output_padding',
          { kind: 'ints', value: Array.from({ length: axes }, (_, axis) => (current?.[axis] ?? 0) + 1) },
        ],
      ]),
    }),
  ];
}
