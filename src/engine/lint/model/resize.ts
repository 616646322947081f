import type { LintedModel, LintedNode } from './linted-model.ts';
import { numberOf, textOf } from './attributes.ts';

/** A Resize of opset 11 or later, silent attributes filled in (ONNX operator Resize, versions 11 to 19). */
export interface Resize {
  readonly node: LintedNode;
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicA: number;
  readonly isAntialiased: boolean;
  readonly excludesOutside: boolean;
  /** Axes that are resized, as far as the file tells their sizes. */
  readonly axes: readonly ResizedAxis[] | undefined;
}

export interface ResizedAxis {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** to ÷ from as the runtime uses it. */
  readonly scale: number | undefined;
}

export function resizesOf(linted: LintedModel): Resize[] {
  if (linted.opset < 11) return [];
  return linted.nodes
    .filter((node) => node.opType === 'Resize')
    .map((node) => ({
      node,
      mode: textOf(node, 'mode', 'nearest'),
      coordinates: textOf(node, 'coordinate_transformation_mode', 'half_pixel'),
      nearest: textOf(node, 'nearest_mode', 'round_prefer_floor'),
      cubicA: numberOf(node, 'cubic_coeff_a', -0.75),
      isAntialiased: numberOf(node, 'antialias', 0) === 1,
      excludesOutside: numberOf(node, 'exclude_outside', 0) === 1,
      axes: axesOf(linted, node),
    }));
}

function axesOf({ constants, dimsOf }: LintedModel, node: LintedNode): ResizedAxis[] | undefined {
  const scales = constants.numbers(node.inputs[2] ?? '');
  const sizes = constants.numbers(node.inputs[3] ?? '');
  const from = dimsOf(node.inputs[0] ?? '');
  const to = dimsOf(node.outputs[0] ?? '');
  const rank = [scales, sizes, from, to].find((list) => list !== undefined && list.length > 0)?.length;
  if (rank === undefined) return undefined;
  const isGiven = scales !== undefined && scales.length === rank;
  const axes = Array.from({ length: rank }, (_, axis): ResizedAxis => {
    const length = from?.[axis];
    const scale = isGiven ? scales[axis] : undefined;
    const size =
      (sizes?.length === rank ? sizes[axis] : undefined) ??
      to?.[axis] ??
      (scale !== undefined && length !== undefined ? Math.floor(length * scale) : undefined);
    const ratio = scale ?? (size !== undefined && length !== undefined ? size / length : undefined);
    return { from: length, to: size, scale: ratio };
  });
  return axes.filter(({ scale }) => scale !== 1);
}
