/** value = level · gain[c] + bias[c], levels 0 … 255. */
export interface Normalisation {
  readonly name: string;
  /** For `PipelineSide`: value = (level · scale − mean) / std. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly gain: readonly number[];
  readonly bias: readonly number[];
  /** Means and deviations in reverse order: those of RGB given to BGR. */
  readonly reversed: boolean;
}

const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];
const ZERO = [0, 0, 0];
const ONE = [1, 1, 1];

/** The well-known ones, the simplest first. */
export const NORMALISATIONS: readonly Normalisation[] = [
  normalisation('levels 0 … 255', 1, ZERO, ONE),
  normalisation('0 … 1 (÷ 255)', 1 / 255, ZERO, ONE),
  normalisation('−1 … 1 (mean 0.5, std 0.5)', 1 / 255, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
  // torchvision.models, timm IMAGENET_DEFAULT_MEAN and _STD; in levels 123.675 … and 58.395 … .
  ...bothWays(normalisation("ImageNet's mean and std", 1 / 255, IMAGENET_MEAN, IMAGENET_STD)),
  // timm OPENAI_CLIP_MEAN and _STD, openai/CLIP.
  ...bothWays(
    normalisation(
      "CLIP's mean and std",
      1 / 255,
      [0.48145466, 0.4578275, 0.40821073],
      [0.26862954, 0.26130258, 0.27577711],
    ),
  ),
  // Caffe's VGG and ResNet models: BGR, mean of ImageNet in levels, no deviation.
  ...bothWays(normalisation("Caffe's mean 103.939, 116.779, 123.68", 1, [103.939, 116.779, 123.68], ONE)),
  normalisation('(level − 127.5) / 128', 1, [127.5, 127.5, 127.5], [128, 128, 128]),
  normalisation('0 … 1 (÷ 256)', 1 / 256, ZERO, ONE),
  normalisation("ImageNet's mean without its std", 1 / 255, IMAGENET_MEAN, ONE),
  normalisation("ImageNet's std without its mean", 1 / 255, ZERO, IMAGENET_STD),
  normalisation('0 … 1/255 (÷ 255 twice)', 1 / 255 ** 2, ZERO, ONE),
];

/** With as many channels as asked for: those of a gray picture are alike, so only such constants fit. */
export function normalisationsFor(channels: number): readonly Normalisation[] {
  if (channels === 3) return NORMALISATIONS;
  return NORMALISATIONS.filter(
    ({ gain, bias }) => gain.every((one) => one === gain[0]) && bias.every((one) => one === bias[0]),
  ).map((known) => ({
    ...known,
    gain: new Array<number>(channels).fill(known.gain[0] ?? 1),
    bias: new Array<number>(channels).fill(known.bias[0] ?? 0),
  }));
}

function normalisation(
  name: string,
  scale: number,
  mean: readonly number[],
  std: readonly number[],
): Normalisation {
  return {
    name,
    scale,
    mean,
    std,
    gain: std.map((one) => scale / one),
    bias: std.map((one, channel) => -(mean[channel] ?? 0) / one),
    reversed: false,
  };
}

function bothWays(known: Normalisation): Normalisation[] {
  const turned = normalisation(
    `${known.name} in reverse order of channels`,
    known.scale,
    [...known.mean].reverse(),
    [...known.std].reverse(),
  );
  return [known, { ...turned, reversed: true }];
}
