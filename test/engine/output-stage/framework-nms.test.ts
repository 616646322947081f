import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  onnxNonMaxSuppression,
  torchvisionBatchedNms,
  torchvisionNms,
} from '../../../src/engine/output-stage/index.ts';

/** Same boxes, same bits: what torchvision 0.14 and ONNX Runtime 1.30 keep (scripts/fixtures/make_nms.py). */
interface TorchvisionCase {
  readonly boxes: string;
  readonly scores: string;
  readonly labels: string;
  readonly iou: number;
  readonly nms: readonly number[];
  readonly batched: readonly number[];
}

interface OnnxCase {
  readonly boxes: string;
  readonly scores: string;
  readonly iou: number;
  readonly cap: number;
  readonly center: boolean;
  readonly score?: number;
  readonly kept: readonly (readonly number[])[];
}

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/output-stage/nms-${name}.json`, import.meta.url), 'utf8'));
const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
const floats = (text: string): Float32Array => new Float32Array(bytes(text));

const ascending = (rows: readonly number[]): number[] => [...rows].sort((a, b) => a - b);

test('torchvision keeps the same rows in the same order', () => {
  const cases = load('torchvision') as TorchvisionCase[];
  for (const { boxes, scores, labels, iou, nms, batched } of cases) {
    const [b, s] = [floats(boxes), floats(scores)];
    expect(torchvisionNms(b, s, iou)).toEqual(nms);
    const found = torchvisionBatchedNms(b, s, new Int32Array(bytes(labels)), iou);
    // Above 1,000 boxes its last sort is not stable: the order of equal scores is left to chance.
    if (s.length <= 1000) expect(found).toEqual(batched);
    expect(ascending(found)).toEqual(ascending(batched));
    expect(found.map((row) => s[row])).toEqual(batched.map((row) => s[row]));
  }
  expect(cases).toHaveLength(120);
});

test('ONNX Runtime keeps the same boxes of each class in the same order', () => {
  const cases = load('onnxruntime') as OnnxCase[];
  for (const { boxes, scores, iou, cap, center, score, kept } of cases) {
    const found = onnxNonMaxSuppression(floats(boxes), floats(scores), {
      centerPointBox: center,
      maxOutputBoxesPerClass: cap,
      iouThreshold: iou,
      ...(score === undefined ? {} : { scoreThreshold: score }),
    });
    expect(found).toEqual(kept);
  }
  expect(cases).toHaveLength(120);
});

const square = [0, 0, 10, 10];
const scores = Float32Array.of(0.9, 0.8);

test.each([
  ['nothing by default: no outputs are asked for', {}, 0],
  ['swapped corners are the same box', { maxOutputBoxesPerClass: 5, iouThreshold: 0.5 }, 1],
])('NonMaxSuppression: %s', (_, attributes, count) => {
  const boxes = Float32Array.of(...square, 10, 10, 0, 0);
  expect(onnxNonMaxSuppression(boxes, scores, attributes)).toHaveLength(count);
  // torchvision takes x1 ≤ x2 for granted: the swapped box overlaps nothing.
  expect(torchvisionNms(boxes, scores, 0.5)).toEqual([0, 1]);
});

test('a threshold held in float32 is another threshold: IoU 3/5 is above 0.6 for torchvision only', () => {
  const boxes = Float32Array.of(0, 0, 5, 1, 0, 0, 3, 1);
  expect(torchvisionNms(boxes, scores, 0.6)).toEqual([0]);
  expect(onnxNonMaxSuppression(boxes, scores, { iouThreshold: 0.6, maxOutputBoxesPerClass: 9 })).toHaveLength(
    2,
  );
});
