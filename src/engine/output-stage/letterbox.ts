/** How a picture was brought into the model input, as far as it is known. */
export interface UnmapContext {
  /** Width and height in pixels. */
  readonly imageSize?: readonly [width: number, height: number];
  readonly inputSize?: readonly [width: number, height: number];
  /** Model-input pixels left of and above the picture. */
  readonly pad?: readonly [x: number, y: number];
  /** Model-input pixels a picture pixel. */
  readonly scale?: readonly [x: number, y: number];
  /** Scale and pad were declared by nobody: they follow from the reference's boxes. */
  readonly isInferred?: boolean;
}

export interface Letterbox {
  readonly scale: readonly [x: number, y: number];
  readonly pad: readonly [x: number, y: number];
}

/** Scale and pad; where only the sizes are known, those of a centred letterbox: s = min(W/w, H/h), pad = (W − s·w)/2. */
export function letterboxOf({ imageSize, inputSize, pad, scale }: UnmapContext): Letterbox | undefined {
  const known = scale ?? sizeRatio(imageSize, inputSize);
  if (known === undefined || !known.every((value) => Number.isFinite(value) && value > 0)) return undefined;
  if (pad !== undefined) return { scale: known, pad };
  if (imageSize === undefined || inputSize === undefined) return undefined;
  return {
    scale: known,
    pad: [(inputSize[0] - known[0] * imageSize[0]) / 2, (inputSize[1] - known[1] * imageSize[1]) / 2],
  };
}

function sizeRatio(
  image: readonly [number, number] | undefined,
  input: readonly [number, number] | undefined,
): readonly [number, number] | undefined {
  if (image === undefined || input === undefined) return undefined;
  const ratio = Math.min(input[0] / image[0], input[1] / image[1]);
  return [ratio, ratio];
}
