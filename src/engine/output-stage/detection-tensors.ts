import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatShape, plural } from '../../shared/format.ts';
import type { Box, BoxFormat, Detection, HeadSpec, OutputRole } from '../../shared/output-stage.ts';
import type { Tensor } from '../tensor/index.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';
import type { NamedTensor } from './tensor-numbers.ts';
import { float32Of, outputNamed } from './tensor-numbers.ts';

/** Final detections as the user recorded them: boxes [N, 4] as corners, scores [N], labels [N]; a batch of 1 may stand in front. */
export interface FinalTensors {
  readonly boxes: Tensor;
  readonly scores: Tensor;
  readonly labels?: Tensor;
}

/** Of one side, the first picture of the batch. */
export interface DetectorOutput {
  readonly raw?: RawBoxes;
  /** How raw boxes are to be read where nothing else is declared. */
  readonly format: BoxFormat;
  readonly final?: readonly Detection[];
  readonly notes: readonly string[];
}

/** Detections that are read; nobody draws more. */
const MOST_FINAL = 100_000;

/**
 * Raw boxes or final detections from a side's output tensors.
 * @throws LayerdiffError not-comparable where shapes do not belong together.
 */
export function detectorOutput(
  spec: HeadSpec,
  tensors: readonly NamedTensor[],
  side: string,
  objectness: boolean | undefined,
): DetectorOutput {
  const of = (role: OutputRole): NamedTensor | undefined => {
    const name = spec.outputs[role];
    if (name === undefined) return undefined;
    const found = outputNamed(tensors, name);
    if (found === undefined)
      throw new LayerdiffError('not-comparable', `the ${side} has no output ${printable(name)}`);
    return found;
  };
  const [raw, boxes, scores, labels, count, detections] = (
    ['raw', 'boxes', 'scores', 'labels', 'count', 'detections'] as const
  ).map(of);
  if (raw !== undefined) return fromOneTensor(raw, objectness);
  if (detections !== undefined) return { format: 'xyxy', final: fromRows(detections), notes: [] };
  if (boxes === undefined || scores === undefined) return { format: 'xyxy', notes: [] };
  if (labels !== undefined) {
    const most = count === undefined ? Infinity : (float32Of(count)[0] ?? 0);
    const final = finalDetections({ boxes, scores, labels }, side).slice(0, Math.max(0, most));
    return { format: 'xyxy', final, notes: [] };
  }
  return fromBoxesAndScores(boxes, scores);
}

/** First picture: dims without the batch, and its numbers. */
function firstPicture(
  tensor: NamedTensor,
  rank: number,
): { dims: readonly number[]; values: Float32Array; pictures: number } {
  const values = float32Of(tensor);
  const { dims } = tensor;
  if (dims.length === rank) return { dims, values, pictures: 1 };
  if (dims.length !== rank + 1) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${printable(tensor.name)} is ${formatShape(dims)}, which has the wrong number of axes for its role`,
    );
  }
  const pictures = dims[0] ?? 0;
  const size = pictures === 0 ? 0 : values.length / pictures;
  return { dims: dims.slice(1), values: values.subarray(0, size), pictures };
}

function pictureNotes(pictures: number): string[] {
  return pictures > 1 ? [`only the first of ${pictures} pictures was looked at`] : [];
}

function fromBoxesAndScores(boxes: NamedTensor, scores: NamedTensor): DetectorOutput {
  // YOLO-like heads put an axis of 1 or of classes between boxes and corners; it is not looked into.
  const b = firstPicture(boxes, 2);
  const rows = b.dims[0] ?? 0;
  const isFlat = scores.dims.length < boxes.dims.length;
  const s = firstPicture(scores, isFlat ? 1 : 2);
  const isTurned = !isFlat && s.dims[0] !== rows && s.dims[1] === rows;
  const values = isTurned ? turned(s.values, s.dims[0] ?? 0, rows) : s.values;
  if (b.dims[1] !== 4) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${printable(boxes.name)} is ${formatShape(boxes.dims)}: boxes end in an axis of 4`,
    );
  }
  const raw = { boxes: b.values, scores: values };
  rawShape(raw);
  return { raw, format: 'xyxy', notes: pictureNotes(b.pictures) };
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] ?? NaN;
  return result;
}

/** [4 + C, N] (centre, size, classes) or [N, 5 + C] (centre, size, objectness, classes). */
function fromOneTensor(tensor: NamedTensor, objectness: boolean | undefined): DetectorOutput {
  const { dims, values, pictures } = firstPicture(tensor, 2);
  const [a = 0, b = 0] = dims;
  const isTurned = a < b;
  const [rows, columns] = isTurned ? [b, a] : [a, b];
  const matrix = isTurned ? turned(values, a, b) : values;
  // Ultralytics: [4 + C, N] from version 8 on, [N, 5 + C] before.
  const hasObjectness = objectness ?? !isTurned;
  const first = hasObjectness ? 5 : 4;
  const classes = columns - first;
  if (classes < 1) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${printable(tensor.name)} is ${formatShape(tensor.dims)}: too narrow for four box numbers and scores`,
    );
  }
  const boxes = new Float32Array(4 * rows);
  const scores = new Float32Array(classes * rows);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    boxes.set(matrix.subarray(from, from + 4), 4 * row);
    const factor = hasObjectness ? (matrix[from + 4] ?? NaN) : 1;
    for (let label = 0; label < classes; label++)
      scores[row * classes + label] = (matrix[from + first + label] ?? NaN) * factor;
  }
  const how = hasObjectness
    ? 'scores are multiplied by an objectness'
    : 'scores follow the box numbers directly';
  return {
    raw: { boxes, scores },
    format: 'cxcywh',
    notes: [
      ...pictureNotes(pictures),
      ...(objectness === undefined
        ? [`${plural(classes, 'class', 'classes')}; ${how} (assumed; objectness= says it)`]
        : []),
    ],
  };
}

/** [N, 6]: corners, score, label; [N, 7]: picture, corners, label, score. */
function fromRows(tensor: NamedTensor): Detection[] {
  const { dims, values } = firstPicture(tensor, 2);
  const [rows = 0, columns = 0] = dims;
  if (columns !== 6 && columns !== 7) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${printable(tensor.name)} is ${formatShape(tensor.dims)}: detections are [N, 6] or [N, 7]`,
    );
  }
  const all: Detection[] = [];
  for (let row = 0; row < Math.min(rows, MOST_FINAL); row++) {
    const at = row * columns;
    if (columns === 7 && (values[at] ?? 0) !== 0) continue;
    const [score, label] = columns === 6 ? [at + 4, at + 5] : [at + 6, at + 5];
    all.push({
      box: boxAt(values, columns === 6 ? at : at + 1),
      score: values[score] ?? NaN,
      label: values[label] ?? 0,
    });
  }
  return all;
}

/** @throws LayerdiffError not-comparable where the lengths do not belong together. */
export function finalDetections({ boxes, scores, labels }: FinalTensors, side: string): Detection[] {
  const named = (tensor: Tensor, name: string): NamedTensor => ({
    name: `${name} of the ${side}`,
    ...tensor,
  });
  const b = firstPicture(named(boxes, 'boxes'), 2);
  const s = firstPicture(named(scores, 'scores'), boxes.dims.length === 3 ? scores.dims.length - 1 : 1);
  const l =
    labels === undefined
      ? undefined
      : firstPicture(named(labels, 'labels'), boxes.dims.length === 3 ? labels.dims.length - 1 : 1);
  const rows = s.values.length;
  if (b.values.length !== 4 * rows || (l !== undefined && l.values.length !== rows)) {
    throw new LayerdiffError(
      'not-comparable',
      `${b.values.length} box numbers, ${rows} scores and ${l?.values.length ?? 'no'} labels of the ${side}'s detections do not belong together`,
      { wayOut: 'boxes are [N, 4], scores [N], labels [N]' },
    );
  }
  return Array.from({ length: Math.min(rows, MOST_FINAL) }, (_, row) => ({
    box: boxAt(b.values, 4 * row),
    score: s.values[row] ?? NaN,
    label: l?.values[row] ?? 0,
  }));
}

export function boxAt(values: Float32Array, at: number): Box {
  return [values[at] ?? NaN, values[at + 1] ?? NaN, values[at + 2] ?? NaN, values[at + 3] ?? NaN];
}
