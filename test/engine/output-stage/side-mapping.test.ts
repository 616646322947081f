import { describe, expect, test } from 'vitest';
import { mappingOf, wrongMapping } from '../../../src/engine/output-stage/side-mapping.ts';
import type { SideMapping } from '../../../src/engine/output-stage/side-mapping.ts';
import type { Box } from '../../../src/shared/output-stage.ts';

/**
 * A picture of 720×1280 in an input of 640×640, by hand: s = 0.5, 140 rows of padding, which are 280 of the picture.
 * The two sides have other raw boxes, so that only each one's own arithmetic can be looked at.
 */
const [S, PAD, PICTURE_PAD] = [0.5, 140, 280];
const RAW: readonly Box[] = [
  [10, 150, 60, 190],
  [100.25, 200, 180, 260.5],
  [300, 310, 420, 400],
  [500, 350, 600, 480],
];
const MOVED = RAW.map(([x1, y1, x2, y2]): Box => [x1 + 3, y1 + 2, x2 + 4, y2 + 5]);

type Unmap = (value: number, axis: 0 | 1) => number;

function side(raw: readonly Box[], unmap: Unmap): SideMapping | undefined {
  const located = raw.map((_, row) => ({ row, label: 0 }));
  const final = raw.map(([x1, y1, x2, y2]) => ({
    box: [unmap(x1, 0), unmap(y1, 1), unmap(x2, 0), unmap(y2, 1)] as const,
    score: 0.5,
    label: 0,
  }));
  const boxes = { boxes: Float32Array.from(raw.flat()), scores: new Float32Array(raw.length).fill(0.5) };
  return mappingOf(final, located, boxes, {});
}

const right: Unmap = (value, axis) => (value - (axis === 1 ? PAD : 0)) / S;
const reference = side(RAW, right);
const found = (unmap: Unmap): ReturnType<typeof wrongMapping> => {
  const candidate = side(MOVED, unmap);
  if (reference === undefined || candidate === undefined) throw new Error('no mapping');
  return wrongMapping(reference, candidate);
};

describe('each side over its own raw boxes', () => {
  test('a mapping is the line on which they lie', () => {
    expect(reference?.x).toMatchObject({ scale: 2, offset: 0 });
    expect(reference?.y.scale).toBeCloseTo(2, 6);
    expect(reference?.y.offset).toBeCloseTo(-280, 4);
  });

  test('the right one is not claimed to be wrong, whole pixels included', () => {
    expect(found(right)).toBeUndefined();
    expect(found((value, axis) => Math.round(right(value, axis)))).toBeUndefined();
  });

  test('pads of the picture before the scale: 280 · (1 − 1/0.5) = −280', () => {
    const wrong: Unmap = (value, axis) => (value - (axis === 1 ? PICTURE_PAD : 0)) / S;
    for (const unmap of [wrong, (value: number, axis: 0 | 1) => Math.round(wrong(value, axis))]) {
      const finding = found(unmap);
      expect(finding).toMatchObject({ kind: 'pad-before-scale', formula: '280 · (1 − 1/0.5) = -280' });
      expect(finding?.offset[1]).toBeCloseTo(-280, -1);
    }
  });

  test('a forgotten pad, a forgotten scale, both', () => {
    expect(found((value) => value / S)?.kind).toBe('pad-forgotten');
    expect(found((value, axis) => value - (axis === 1 ? PAD : 0))?.kind).toBe('scale-forgotten');
    expect(found((value) => value)?.kind).toBe('scale-and-pad-forgotten');
  });

  test('an offset without a formula is told as it is', () => {
    expect(found((value, axis) => right(value, axis) + (axis === 1 ? 77 : 0))).toMatchObject({
      kind: 'offset',
      text: expect.stringContaining('y is off by +77 px') as string,
    });
  });

  test('boxes without a common line have no mapping', () => {
    expect(side(RAW, (value) => (value * value) % 97)).toBeUndefined();
  });
});
