import { formatNumber } from '../../../shared/format.ts';
import { numberOf } from './attributes.ts';
import type { ExtraRepr } from '../extra-repr.ts';
import {
  always,
  differing,
  epsilonUnderRoot,
  isNear,
  number,
  padding,
  sizes,
  text,
} from './module-checks.ts';
import type { Mismatch, ModuleCheck, ModuleSite } from './module-checks.ts';

/** Modules of torch.nn by their class's own name, the operators that they become, and what both must say alike. */
export interface ModuleRow {
  readonly pattern: RegExp;
  readonly opTypes: readonly string[];
  readonly checks: readonly ModuleCheck[];
}

const row = (pattern: RegExp, opTypes: string, ...checks: readonly ModuleCheck[]): ModuleRow => ({
  pattern,
  opTypes: opTypes.split(' '),
  checks,
});

const EPS = number('eps', 'epsilon', 1e-5);
const GRID = [sizes('kernel_size', 'kernel_shape', 1), sizes('stride', 'strides', 1)];
const CONV = [
  ...GRID,
  padding(0),
  sizes('dilation', 'dilations', 1, 1),
  ((site) =>
    number(
      'groups',
      'group',
      1,
    )({ ...site, repr: withDefault(site.repr, 'groups', 1) })) satisfies ModuleCheck,
];

export const MODULE_TABLE: readonly ModuleRow[] = [
  row(/^(Lazy|Sync)?BatchNorm([123]d)?$/, 'BatchNormalization', EPS),
  row(/^LayerNorm$/, 'LayerNormalization', EPS, normalizedAxes),
  row(/^GroupNorm$/, 'GroupNormalization InstanceNormalization', EPS),
  row(/^(Lazy)?InstanceNorm[123]d$/, 'InstanceNormalization', EPS, runningStatistics),
  row(/^RMSNorm$/, 'RMSNormalization', EPS),
  row(/^(LayerNorm|GroupNorm|RMSNorm)$/, 'Sqrt', epsilonUnderRoot),
  row(/^GELU$/, 'Gelu', text('approximate', 'none', gelu)),
  row(/^GELU$/, 'Erf', flavour('none', 'the exact formula (Erf)')),
  row(/^GELU$/, 'Tanh', flavour('tanh', 'the formula with Tanh')),
  row(/^LeakyReLU$/, 'LeakyRelu', number('negative_slope', 'alpha', 0.01)),
  row(/^ELU$/, 'Elu', number('alpha', 'alpha', 1)),
  row(/^CELU$/, 'Celu', number('alpha', 'alpha', 1)),
  row(/^Hardtanh$/, 'Clip', bound('min_val', 1, -1), bound('max_val', 2, 1)),
  row(/^ReLU6$/, 'Clip', bound('min_val', 1, 0), bound('max_val', 2, 6)),
  row(
    /^Hardsigmoid$/,
    'HardSigmoid',
    always('alpha', 0.2, Math.fround(1 / 6), 'x/6 + 1/2'),
    always('beta', 0.5, 0.5, 'x/6 + 1/2'),
  ),
  row(/^(Softmax|LogSoftmax)$/, 'Softmax LogSoftmax', softmaxAxis),
  row(/^(Lazy)?Conv[123]d$/, 'Conv', ...CONV),
  row(
    /^(Lazy)?ConvTranspose[123]d$/,
    'ConvTranspose',
    ...CONV,
    sizes('output_padding', 'output_padding', 0, 0),
  ),
  row(/^MaxPool[123]d$/, 'MaxPool', ...GRID, padding(), sizes('dilation', 'dilations', 1)),
  row(/^AvgPool[123]d$/, 'AveragePool', ...GRID, padding()),
  row(
    /^Upsampl(e|ingNearest2d|ingBilinear2d)$/,
    'Resize Upsample',
    text('mode', 'nearest', resizeMode),
    scale,
  ),
  row(/^UpsamplingBilinear2d$/, 'Resize', text('coordinate_transformation_mode', 'half_pixel', alignCorners)),
  row(
    /^PixelShuffle$/,
    'DepthToSpace',
    number('upscale_factor', 'blocksize', 1),
    text('mode', 'DCR', () => ({ value: 'CRD', says: 'channels by block (CRD)' })),
  ),
  row(/^(LSTM|GRU|RNN)$/, 'LSTM GRU RNN', text('direction', 'forward', direction)),
  row(
    /^GRU$/,
    'GRU',
    always('linear_before_reset', 0, 1, 'the reset gate after the matrix product (linear_before_reset 1)'),
  ),
];

function withDefault(repr: ExtraRepr, name: string, value: number): ExtraRepr {
  return repr.named.has(name) ? repr : { ...repr, named: new Map([...repr.named, [name, value]]) };
}

function normalizedAxes({ linted, node, repr }: ModuleSite): Mismatch | undefined {
  const [shape] = repr.positional;
  const axis = numberOf(node, 'axis', -1);
  const rank = linted.dimsOf(node.inputs[0] ?? '')?.length;
  const behind = axis < 0 ? -axis : rank === undefined ? undefined : rank - axis;
  if (!Array.isArray(shape) || behind === undefined || behind === shape.length) return undefined;
  return { has: `axis ${axis}`, says: `normalized_shape=(${shape.join(', ')})` };
}

/** Source: pytorch#53887. */
function runningStatistics({ repr }: ModuleSite): Mismatch | undefined {
  return repr.named.get('track_running_stats') === true
    ? { has: 'statistics of the input', says: 'track_running_stats=True' }
    : undefined;
}

function gelu({ named }: ExtraRepr): { value: string; says: string } | undefined {
  const approximate = named.get('approximate');
  return typeof approximate === 'string'
    ? { value: approximate, says: `approximate='${approximate}'` }
    : undefined;
}

function flavour(name: string, has: string): ModuleCheck {
  return ({ repr }) => {
    const wanted = gelu(repr);
    return wanted === undefined || wanted.value === name ? undefined : { has, says: wanted.says };
  };
}

/** Before opset 11 an attribute, then an input. */
function bound(argument: string, place: number, absent: number): ModuleCheck {
  return ({ linted, node, repr }) => {
    const said = repr.named.get(argument) ?? absent;
    const name = place === 1 ? 'min' : 'max';
    const given =
      linted.opset < 11
        ? numberOf(node, name, NaN)
        : linted.constants.numbers(node.inputs[place] ?? '', 1)?.[0];
    if (typeof said !== 'number' || given === undefined || Number.isNaN(given)) return undefined;
    return differing(name, given, `${argument}=${formatNumber(said)}`, said);
  };
}

/** Before opset 13 the exporter moves the axis to the end. */
function softmaxAxis({ linted, node, repr }: ModuleSite): Mismatch | undefined {
  const dim = repr.named.get('dim');
  if (typeof dim !== 'number' || linted.opset < 13) return undefined;
  const axis = numberOf(node, 'axis', -1);
  const rank = linted.dimsOf(node.inputs[0] ?? '')?.length;
  if (dim < 0 !== axis < 0 && rank === undefined) return undefined;
  const from = (one: number): number => (one < 0 && rank !== undefined ? one + rank : one);
  return from(dim) === from(axis) ? undefined : { has: `axis ${axis}`, says: `dim=${dim}` };
}

const RESIZE_MODES: ReadonlyMap<string, string> = new Map([
  ['nearest', 'nearest'],
  ['linear', 'linear'],
  ['bilinear', 'linear'],
  ['trilinear', 'linear'],
  ['bicubic', 'cubic'],
]);

function resizeMode({ named }: ExtraRepr): { value: string; says: string } | undefined {
  const mode = named.get('mode');
  const value = typeof mode === 'string' ? RESIZE_MODES.get(mode) : undefined;
  return value === undefined ? undefined : { value, says: `mode='${String(mode)}'` };
}

function alignCorners(): { value: string; says: string } {
  return { value: 'align_corners', says: 'align_corners=True' };
}

function scale({ linted, node, repr }: ModuleSite): Mismatch | undefined {
  const said = repr.named.get('scale_factor');
  const scales = linted.constants.numbers(node.inputs[node.opType === 'Upsample' ? 1 : 2] ?? '', 8);
  if (scales === undefined || scales.length < 3) return undefined;
  const spatial = Array.from(scales).slice(2);
  const wanted = Array.isArray(said) ? said : spatial.map(() => said);
  const isSame = spatial.every((one, axis) => {
    const factor: unknown = wanted[axis];
    return typeof factor !== 'number' || isNear(one, factor);
  });
  return isSame
    ? undefined
    : { has: `scales ${spatial.map(formatNumber).join(', ')}`, says: `scale_factor=${wanted.join(', ')}` };
}

function direction({ named }: ExtraRepr): { value: string; says: string } {
  const isBoth = named.get('bidirectional') === true;
  return { value: isBoth ? 'bidirectional' : 'forward', says: `bidirectional=${isBoth ? 'True' : 'False'}` };
}
