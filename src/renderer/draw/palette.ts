import type { Metric } from '../state/metrics.ts';

/**
 * Colours for numbers. Lightness changes evenly in OKLab, so that equal steps look equal, and order survives any colour
 * blindness; where a metric has a threshold the hue changes there from blue to amber, which all kinds tell apart.
 */
export interface HeatScale {
  /** CSS colours, from the best to the worst. */
  readonly colors: readonly string[];
  /** For text on each of them. */
  readonly inks: readonly string[];
  /** Index into `colors`. */
  readonly binOf: (value: number) => number;
  /** Values at both ends of the scale; what lies beyond has the end's colour. */
  readonly domain: readonly [number, number];
  /** Bin at which the colours break; undefined without threshold. */
  readonly breakAt: number | undefined;
  /** Place of a value on the scale, 0 to 1 in the direction of the colours. */
  readonly place: (value: number) => number;
}

type Lch = readonly [lightness: number, chroma: number, hue: number];

export const BINS = 48;
const HALF = BINS / 2;
/** Decades shown below and above a threshold. */
const BELOW = 3;
const ABOVE = 4;
/** Contrast of text by WCAG 2.2 (4.5), and a little for rounding to 8 bits. */
const READABLE = 4.55;
const SOFT_BLACK = '#14171d';
/** Its relative luminance + 0.05. */
const SOFT_BLACK_LIGHT = 0.0586;
const FEWEST_DECADES = 2;
const MOST_DECADES = 12;

const RAMPS: Readonly<
  Record<'light' | 'dark', Readonly<Record<'calm' | 'hot' | 'plain', readonly [Lch, Lch]>>>
> = {
  light: {
    calm: [
      [0.965, 0.018, 235],
      [0.815, 0.075, 248],
    ],
    hot: [
      [0.84, 0.135, 78],
      [0.52, 0.205, 27],
    ],
    plain: [
      [0.965, 0.03, 110],
      [0.4, 0.13, 275],
    ],
  },
  dark: {
    calm: [
      [0.305, 0.025, 250],
      [0.46, 0.085, 250],
    ],
    hot: [
      [0.56, 0.105, 75],
      [0.71, 0.185, 32],
    ],
    plain: [
      [0.3, 0.05, 275],
      [0.88, 0.13, 105],
    ],
  },
};

/** @param values what is there to be shown: gives the ends of the scale where the metric has no threshold */
export function heatScale(metric: Metric, values: Iterable<number>, isDark: boolean): HeatScale {
  const ramps = RAMPS[isDark ? 'dark' : 'light'];
  const ramp = ([from, to]: readonly [Lch, Lch], count: number): readonly Lch[] =>
    Array.from({ length: count }, (_, step) => mix(from, to, step / (count - 1)));
  const hasBreak = metric.threshold !== undefined;
  const steps = hasBreak ? [...ramp(ramps.calm, HALF), ...ramp(ramps.hot, HALF)] : ramp(ramps.plain, BINS);
  const domain =
    metric.threshold === undefined ? extent(values, metric.isLog) : around(metric.threshold.at, metric.isLog);
  const scale = (value: number): number => (metric.isLog ? Math.log10(value) : value);
  const place = (value: number): number => {
    // What cannot be subtracted is as bad as it gets.
    if (Number.isNaN(value)) return 1;
    let part: number;
    if (metric.threshold === undefined) {
      part =
        (scale(Math.max(value, metric.isLog ? 0 : -Infinity)) - scale(domain[0])) /
        (scale(domain[1]) - scale(domain[0]));
    } else {
      const at = scale(metric.threshold.at);
      const isAbove = value > metric.threshold.at;
      const span = isAbove ? scale(domain[1]) - at : at - scale(domain[0]);
      const share = (scale(Math.max(value, metric.isLog ? 0 : -Infinity)) - at) / span;
      part = 0.5 + 0.5 * Math.max(-1, Math.min(1, share));
    }
    const inside = Math.max(0, Math.min(1, part));
    return metric.higherIsWorse ? inside : 1 - inside;
  };
  return {
    colors: steps.map((step) => css(step)),
    inks: steps.map((step) => inkOn(step)),
    domain,
    breakAt: hasBreak ? HALF : undefined,
    place,
    binOf: (value) => {
      const at = place(value);
      if (metric.threshold === undefined) return Math.min(BINS - 1, Math.floor(at * BINS));
      const isHot = metric.higherIsWorse ? !(value <= metric.threshold.at) : value < metric.threshold.at;
      const inHalf = Math.floor(Math.abs(at - (isHot ? 0.5 : 0)) * BINS);
      return (isHot ? HALF : 0) + Math.min(HALF - 1, inHalf);
    },
  };
}

function around(threshold: number, isLog: boolean): readonly [number, number] {
  return isLog ? [threshold * 10 ** -BELOW, threshold * 10 ** ABOVE] : [0, 2 * threshold];
}

/** Whole decades, or what is there. */
function extent(values: Iterable<number>, isLog: boolean): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return isLog ? [1e-6, 1] : [0, 1];
  if (!isLog) return low === high ? [low - 1, high + 1] : [low, high];
  const top = Math.ceil(Math.log10(high));
  const bottom = Math.floor(Math.log10(low));
  return [10 ** Math.max(top - MOST_DECADES, Math.min(bottom, top - FEWEST_DECADES)), 10 ** top];
}

function mix(from: Lch, to: Lch, part: number): Lch {
  const at = (index: 0 | 1 | 2): number => from[index] + (to[index] - from[index]) * part;
  return [at(0), at(1), at(2)];
}

/** OKLCH to linear sRGB (Björn Ottosson, "A perceptual color space for image processing", 2020), clipped to the gamut. */
function linear([lightness, chroma, hue]: Lch): readonly [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (part: number): number => Math.max(0, Math.min(1, part));
  return [
    clip(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  ];
}

function css(color: Lch): string {
  const gamma = (part: number): number =>
    Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
  return `#${linear(color)
    .map((part) => gamma(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Near-black or white, whichever is easy to read ; black where neither is. */
function inkOn(color: Lch): string {
  const [red, green, blue] = linear(color);
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  if (light / SOFT_BLACK_LIGHT >= READABLE) return SOFT_BLACK;
  return 1.05 / light >= READABLE ? '#ffffff' : '#000000';
}
