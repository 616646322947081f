import { describe, expect, test } from 'vitest';
import type { LocatedSide } from '../../../src/engine/output-stage/located-sides.ts';
import { locatedSide } from '../../../src/engine/output-stage/located-sides.ts';
import { unmapOfSides } from '../../../src/engine/output-stage/unmap-of-sides.ts';
import type { Box } from '../../../src/shared/output-stage.ts';

/**
 * A picture of 1280×720 brought to 640×640 at s = 0.5 in two ways: centred with 140 rows above it, and in the corner with
 * none. The same objects, so that raw boxes differ by 140 rows, and detectors see other pixels: each is off by 1 or 2.
 */
const PICTURE: readonly Box[] = [
  [40, 60, 200, 220],
  [300, 90, 420, 300],
  [640, 200, 800, 330],
  [900, 350, 1100, 640],
  [120, 400, 330, 600],
];
const S = 0.5;

type Unmap = (value: number, axis: number) => number;

function side(top: number, shift: number, unmap: Unmap, declared: LocatedSide['unmap']): LocatedSide {
  const raw = PICTURE.map((box) => box.map((value, at) => value * S + (at % 2) * top + shift));
  const made: LocatedSide = {
    raw: { boxes: Float32Array.from(raw.flat()), scores: Float32Array.of(0.9, 0.8, 0.7, 0.6, 0.5) },
    final: raw.map((box, row) => {
      const [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = box.map((value, at) => unmap(value, at % 2));
      return { box: [x1, y1, x2, y2], score: Math.fround(0.9 - row / 10), label: 0 };
    }),
    format: {},
    unmap: declared,
    notes: [],
  };
  return locatedSide(made, undefined);
}

const by =
  (top: number): Unmap =>
  (value, axis) =>
    (value - axis * top) / S;
const declares = (top: number): LocatedSide['unmap'] => ({ scale: [S, S], pad: [0, top] });
const reference = side(140, 0, by(140), declares(140));

describe('each side is judged by its own pad', () => {
  test.each([
    ['declared', declares(0)],
    ['not declared', {}],
  ])('padded elsewhere and un-padded there, %s: nothing is wrong', (_, declared) => {
    expect(unmapOfSides(reference, side(0, 1, by(0), declared))).toEqual([]);
  });

  test('padded elsewhere by 40 and not un-padded: 40 / 0.5 = 80, not the 280 of the reference', () => {
    const [found, ...more] = unmapOfSides(
      reference,
      side(40, 1, (value) => value / S, declares(40)),
    );
    expect(found).toMatchObject({ kind: 'pad-forgotten', formula: '40 / 0.5 = 80' });
    expect(found?.offset[1]).toBeCloseTo(80, 3);
    expect(more).toEqual([]);
  });

  test('without a declared pad the mapping of the reference is held against it: 140 / 0.5 = 280', () => {
    const [found] = unmapOfSides(
      reference,
      side(140, 1, (value) => value / S, {}),
    );
    expect(found).toMatchObject({ kind: 'pad-forgotten', formula: '140 / 0.5 = 280' });
  });

  test('a wrong pad that is declared as it is used is seen by where the boxes come to lie', () => {
    const [found] = unmapOfSides(reference, side(140, 1, by(280), declares(280)));
    expect(found).toMatchObject({ kind: 'pad-before-scale', formula: '280 · (1 − 1/0.5) = -280' });
  });
});

test('nothing is said of a side without raw boxes', () => {
  const { raw, ...rest } = side(140, 1, (value) => value / S, {});
  expect(raw).toBeDefined();
  expect(unmapOfSides(reference, rest)).toEqual([]);
});
