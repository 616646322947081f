import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES, isFloatDtype } from '../../shared/dtype.ts';
import type { HeadSpec, OutputRole } from '../../shared/output-stage.ts';

/** What is known of an output before it is read. */
export interface OutputShape {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
}

/** Outputs of more heads than this are features of a backbone. */
const MOST_HEADS = 4;

const LABELS = /label|class|cls/i;
const COUNT = /num|count|valid/i;
const EMBEDDING = /embed|feature|feat|pool|vector|descriptor/i;

/**
 * What the outputs look like by shape, dtype and name; empty where nothing fits. A guess: it chooses what is shown and
 * never makes a verdict.
 */
export function recogniseHead(outputs: readonly OutputShape[]): readonly HeadSpec[] {
  const detection = afterNms(outputs) ?? boxesAndScores(outputs) ?? oneTensor(outputs);
  if (detection !== undefined) return [headOf('detection', detection)];
  if (outputs.length > MOST_HEADS) return [];
  return outputs.flatMap((output): HeadSpec[] => {
    const { name, dtype, dims } = output;
    const rank = dims.length;
    if (rank === 2 && isFloatDtype(dtype) && (dims[1] ?? 0) > 1) {
      return EMBEDDING.test(name)
        ? [headOf('embedding', { features: name })]
        : [headOf('classification', { logits: name })];
    }
    const isMap = (dims.at(-1) ?? 0) > 1 && (dims.at(-2) ?? 0) > 1;
    const isLabelMap = rank === 3 && DTYPES[dtype].kind === 'integer';
    if (isMap && (isLabelMap || (rank === 4 && isFloatDtype(dtype)))) {
      return [headOf('segmentation', { masks: name })];
    }
    return [];
  });
}

type Outputs = Partial<Record<OutputRole, string>>;

function headOf(kind: HeadSpec['kind'], outputs: Outputs): HeadSpec {
  return { kind, outputs, settings: {} };
}

/** Shape without a batch of 1. */
function inner({ dims }: OutputShape): readonly number[] {
  return dims[0] === 1 && dims.length > 1 ? dims.slice(1) : dims;
}

function isBoxes(output: OutputShape): boolean {
  const dims = output.dims;
  return isFloatDtype(output.dtype) && dims.at(-1) === 4 && (dims.length === 3 || dims.length === 2);
}

/** num_dets, boxes, scores, labels. */
function afterNms(outputs: readonly OutputShape[]): Outputs | undefined {
  const boxes = outputs.find(isBoxes);
  if (boxes === undefined) return undefined;
  const flat = boxes.dims.slice(0, -1);
  const isFlat = ({ dims }: OutputShape): boolean =>
    dims.length === flat.length && dims.every((dim, axis) => dim === flat[axis]);
  const scores = outputs.find((one) => one !== boxes && isFloatDtype(one.dtype) && isFlat(one));
  const labels = outputs.find(
    (one) => one !== scores && isFlat(one) && (DTYPES[one.dtype].kind === 'integer' || LABELS.test(one.name)),
  );
  if (scores === undefined || labels === undefined) return undefined;
  const count = outputs.find(
    (one) => one !== labels && DTYPES[one.dtype].kind === 'integer' && COUNT.test(one.name) && !isFlat(one),
  );
  return {
    boxes: boxes.name,
    scores: scores.name,
    labels: labels.name,
    ...(count === undefined ? {} : { count: count.name }),
  };
}

/** Boxes [B, N, 4] and scores [B, N, C]. */
function boxesAndScores(outputs: readonly OutputShape[]): Outputs | undefined {
  const boxes = outputs.find(isBoxes);
  const rows = boxes?.dims.at(-2);
  const scores = outputs.find(
    (one) =>
      one !== boxes &&
      isFloatDtype(one.dtype) &&
      one.dims.length === boxes?.dims.length &&
      (one.dims.at(-2) === rows || one.dims.at(-1) === rows),
  );
  return boxes === undefined || scores === undefined ? undefined : { boxes: boxes.name, scores: scores.name };
}

/** [B, 4 + C, N], [B, N, 5 + C], or [N, 6] after suppression. */
function oneTensor(outputs: readonly OutputShape[]): Outputs | undefined {
  for (const output of outputs) {
    if (!isFloatDtype(output.dtype)) continue;
    const dims = inner(output);
    const [a = 0, b = 0] = dims;
    const isDetections =
      dims.length === 2 && (b === 6 || b === 7) && (output.dims.length === 3 || /det|box/i.test(output.name));
    if (isDetections && a <= 1000) return { detections: output.name };
    if (output.dims.length === 3 && Math.min(a, b) >= 5 && isCellCount(Math.max(a, b)))
      return { raw: output.name };
  }
  return undefined;
}

/**
 * Cells of a detector with strides 8, 16 and 32 (and 64): 16 + 4 + 1 (64 + 16 + 4 + 1) for each of the coarsest, times
 * anchors. Hidden sizes of other models are no such numbers.
 */
function isCellCount(count: number): boolean {
  return count >= 300 && (count % 21 === 0 || count % 85 === 0);
}
