import type { NmsRules } from '../../shared/output-stage.ts';
import { DEFAULT_RULES, ONNX_RULES } from './default-rules.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';
import { ArenaMaker, keptPositions } from './suppress.ts';

/** Above so many boxes torchvision's CPU path loops over classes instead of moving them apart (0.14: 4000 numbers). */
const MOST_MOVED = 1000;

/**
 * torchvision.ops.nms: rows kept, highest score first, ties by index.
 * @param boxes N × 4 corners. @param scores N.
 */
export function torchvisionNms(boxes: Float32Array, scores: Float32Array, iouThreshold: number): number[] {
  return keptRows({ boxes, scores }, { ...DEFAULT_RULES, semantics: 'class-agnostic', iouThreshold });
}

/** torchvision.ops.batched_nms on the CPU: rows kept, highest score first. @param labels N. */
export function torchvisionBatchedNms(
  boxes: Float32Array,
  scores: Float32Array,
  labels: Int32Array,
  iouThreshold: number,
): number[] {
  const semantics = labels.length > MOST_MOVED ? 'per-class' : 'class-offset';
  return keptRows({ boxes, scores, labels }, { ...DEFAULT_RULES, semantics, iouThreshold });
}

function keptRows(raw: RawBoxes, rules: NmsRules): number[] {
  const maker = new ArenaMaker(raw, -Infinity);
  const { places } = maker.order(rules);
  return keptPositions(maker, rules).map((position) => places[position] ?? 0);
}

export interface OnnxNmsAttributes {
  readonly centerPointBox?: boolean;
  /** 0, the operator's default, keeps nothing. */
  readonly maxOutputBoxesPerClass?: number;
  readonly iouThreshold?: number;
  readonly scoreThreshold?: number;
}

/**
 * ONNX NonMaxSuppression of one batch: (class, row) of what is kept, class by class, highest score first.
 * @param boxes N × 4: y1, x1, y2, x2 of any two opposite corners, or centre and size.
 * @param scores classes × N, the operator's order.
 */
export function onnxNonMaxSuppression(
  boxes: Float32Array,
  scores: Float32Array,
  attributes: OnnxNmsAttributes,
): (readonly [label: number, row: number])[] {
  const { centerPointBox, maxOutputBoxesPerClass = 0, iouThreshold = 0, scoreThreshold } = attributes;
  const rows = boxes.length / 4;
  const classes = rows === 0 ? 0 : scores.length / rows;
  const raw = { boxes, scores: turned(scores, classes, rows) };
  rawShape(raw);
  const rules: NmsRules = {
    ...ONNX_RULES,
    boxFormat: centerPointBox === true ? 'cxcywh' : 'yxyx',
    sortsCorners: centerPointBox !== true,
    iouThreshold,
    scoreThreshold: scoreThreshold ?? 'none',
    maxPerClass: maxOutputBoxesPerClass,
  };
  const maker = new ArenaMaker(raw, -Infinity);
  const { places } = maker.order(rules);
  return keptPositions(maker, rules)
    .map((position) => places[position] ?? 0)
    .map((place): readonly [number, number] => [place % classes, Math.floor(place / classes)])
    .sort((a, b) => a[0] - b[0]);
}

function turned(scores: Float32Array, classes: number, rows: number): Float32Array {
  const result = new Float32Array(scores.length);
  for (let label = 0; label < classes; label++)
    for (let row = 0; row < rows; row++) result[row * classes + label] = scores[label * rows + row] ?? NaN;
  return result;
}
