/** Normalisation, softmax, resampling, quantisation. */
import type { ErrorRule, Operand } from './operand.ts';
import { errorOf, EXACT, floatAttribute, magnitudeOf } from './operand.ts';

/** Rows may have a quarter of the whole tensor's spread: there its own rounding is divided by so much less. */
const LEAST_SPREAD = 0.25;

/** How strongly a normalisation divides: 1 ÷ the spread of its input. */
function gainOf(x: Operand | undefined, scale: Operand | undefined, epsilon: number, share: number): number {
  const spread = x === undefined ? 0 : Math.sqrt(Math.max(0, x.rms ** 2 - x.mean ** 2));
  return (scale === undefined ? 1 : magnitudeOf(scale)) / Math.sqrt((spread * share) ** 2 + epsilon);
}

/** LayerNorm and kin subtract a mean and divide by a spread: rounding happens at the magnitude of the input. */
export const layerNorm: ErrorRule = (node) => {
  const [x, scale] = node.inputs;
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const gain = gainOf(x, scale, epsilon, LEAST_SPREAD);
  return {
    carried: errorOf(x) * gainOf(x, scale, epsilon, 1),
    own: 2 * node.epsilon * gain * magnitudeOf(x),
    relative: 4 * node.epsilon,
  };
};

/** Statistics over whole channels: the mean of K values errs by ε·√K of their magnitude at the most. */
export const instanceNorm: ErrorRule = (node) => {
  const [x, scale] = node.inputs;
  const terms = Math.max(
    1,
    (x?.dims ?? []).slice(2).reduce((all, dim) => all * dim, 1),
  );
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const gain = gainOf(x, scale, epsilon, LEAST_SPREAD);
  const units = 2 + Math.sqrt(terms) / 8;
  return {
    carried: errorOf(x) * gainOf(x, scale, epsilon, 1),
    own: units * node.epsilon * gain * magnitudeOf(x),
    relative: units * node.epsilon,
  };
};

/** y = (x − mean)·γ/√(var + ε) + β with recorded statistics. */
export const batchNorm: ErrorRule = (node) => {
  const [x, scale, bias, mean, variance] = node.inputs;
  const gain =
    magnitudeOf(scale) / Math.sqrt((variance?.minAbs ?? 1) + floatAttribute(node, 'epsilon', 1e-5));
  const terms = gain * (magnitudeOf(x) + magnitudeOf(mean)) + magnitudeOf(bias);
  return {
    carried: errorOf(x) * gain,
    own: node.epsilon * Math.min(terms, 64 * node.output.magnitude + magnitudeOf(bias)),
    relative: 2 * node.epsilon,
  };
};

/**
 * exp(x − max) ÷ Σ: an error of the argument becomes a relative error of the value. Only arguments within about 30 of
 * the maximum leave anything, which keeps mask constants out.
 */
export const softmax: ErrorRule = (node) => {
  const [x] = node.inputs;
  const argument = Math.min(magnitudeOf(x), Math.abs(x?.max ?? 0) + 30);
  const terms = Math.sqrt(Math.max(1, ...(x?.dims ?? [])));
  const relative = node.epsilon * (2 + argument + terms / 4);
  if (node.opType === 'LogSoftmax')
    return { carried: errorOf(x) * 2, own: relative, relative: 2 * node.epsilon };
  return { carried: errorOf(x) * 0.5 * Math.min(1, node.output.magnitude), own: 0, relative };
};

/** Coordinates are computed in float: they err by ε·size pixels, times the difference of neighbouring values. */
export const resample: ErrorRule = (node) => {
  const [x] = node.inputs;
  const mode = node.attributes.get('mode');
  const interpolation =
    mode?.kind === 'string' ? mode.value : node.opType === 'GridSample' ? 'linear' : 'nearest';
  if (interpolation === 'nearest') return { ...EXACT, carried: errorOf(x) };
  const size = Math.max(1, ...(x?.dims.slice(2) ?? []), ...node.output.dims.slice(2));
  const range = (x?.max ?? 0) - (x?.min ?? 0);
  const growth = interpolation === 'cubic' ? 2 : 1;
  return {
    carried: errorOf(x) * growth,
    own: node.epsilon * (size * range + 4 * magnitudeOf(x)),
    relative: 2 * node.epsilon,
  };
};

/** Behind QuantizeLinear the unit is its scale: half a step may fall to either side. */
export const quantize: ErrorRule = (node) => {
  const scale = magnitudeOf(node.inputs[1]);
  return { carried: scale > 0 ? errorOf(node.inputs[0]) / scale : 0, own: 1, relative: 0 };
};

/** DynamicQuantizeLinear: 255 steps over the range of its input. */
export const quantizeByRange: ErrorRule = (node) => {
  const [x] = node.inputs;
  const step = ((x?.max ?? 0) - Math.min(0, x?.min ?? 0)) / 255;
  return { carried: step > 0 ? errorOf(x) / step : 0, own: 1, relative: 0 };
};

export const dequantize: ErrorRule = (node) => {
  const scale = magnitudeOf(node.inputs[1]);
  return { carried: errorOf(node.inputs[0]) * scale, own: 0, relative: node.epsilon };
};
