import type { BoxFormat, NmsRules } from '../../shared/output-stage.ts';
import type { RawBoxes } from './raw-boxes.ts';

type CornerRules = Pick<NmsRules, 'boxFormat' | 'sortsCorners' | 'unmapBefore' | 'clipBefore'>;

/** One text for all rules that give the same corners. */
export function cornersKey({ boxFormat, sortsCorners, unmapBefore, clipBefore }: CornerRules): string {
  return `${boxFormat} ${sortsCorners} ${unmapBefore} ${clipBefore}`;
}

/** x1, y1, x2, y2 of every box as suppression sees them; float32 after every operation. N × 4. */
export function cornersOf(raw: RawBoxes, rules: CornerRules): Float32Array {
  const corners = decoded(raw.boxes, rules.boxFormat);
  if (rules.sortsCorners) sortCorners(corners);
  const { mapping } = raw;
  if (mapping !== undefined && rules.unmapBefore) unmapInPlace(corners, mapping.pad, mapping.scale);
  const limits = rules.unmapBefore ? mapping?.imageSize : mapping?.inputSize;
  if (rules.clipBefore && limits !== undefined) clip(corners, limits);
  return corners;
}

function decoded(boxes: Float32Array, format: BoxFormat): Float32Array {
  const corners = new Float32Array(boxes);
  if (format === 'xyxy') return corners;
  for (let at = 0; at + 3 < corners.length; at += 4) {
    const [a, b] = [boxes[at] ?? 0, boxes[at + 1] ?? 0];
    const [c, d] = [boxes[at + 2] ?? 0, boxes[at + 3] ?? 0];
    switch (format) {
      case 'yxyx':
        corners[at] = b;
        corners[at + 1] = a;
        corners[at + 2] = d;
        corners[at + 3] = c;
        break;
      case 'xywh':
        corners[at + 2] = a + c;
        corners[at + 3] = b + d;
        break;
      case 'cxcywh':
        corners[at] = a - c / 2;
        corners[at + 1] = b - d / 2;
        corners[at + 2] = a + c / 2;
        corners[at + 3] = b + d / 2;
        break;
    }
  }
  return corners;
}

function sortCorners(corners: Float32Array): void {
  for (let at = 0; at + 3 < corners.length; at += 4) {
    for (const axis of [at, at + 1]) {
      const [low, high] = [corners[axis] ?? 0, corners[axis + 2] ?? 0];
      if (low <= high) continue;
      corners[axis] = high;
      corners[axis + 2] = low;
    }
  }
}

function unmapInPlace(
  corners: Float32Array,
  pad: readonly [number, number],
  scale: readonly [number, number],
): void {
  for (let at = 0; at < corners.length; at++) {
    const axis = at & 1;
    corners[at] = Math.fround((corners[at] ?? 0) - (pad[axis] ?? 0)) / (scale[axis] ?? 1);
  }
}

function clip(corners: Float32Array, limits: readonly [number, number]): void {
  for (let at = 0; at < corners.length; at++) {
    corners[at] = Math.min(Math.max(corners[at] ?? 0, 0), limits[at & 1] ?? Infinity);
  }
}
