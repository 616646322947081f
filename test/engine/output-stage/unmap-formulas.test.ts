import { describe, expect, test } from 'vitest';
import { explainUnmap } from '../../../src/engine/output-stage/index.ts';
import type { Detection, UnmapKind } from '../../../src/shared/output-stage.ts';
import { seeded } from '../../support/random.ts';

/** Boxes in the picture; those of the model input are b = s · r + p, and each wrong program makes its own of them. */
const random = seeded(3);
const PICTURE: readonly Detection[] = Array.from({ length: 20 }, (_, index) => {
  const [w, h] = [30 + random() * 300, 30 + random() * 200];
  const [x, y] = [1 + random() * (1900 - w), 1 + random() * (1070 - h)];
  return { box: [x, y, x + w, y + h], score: 1 - index / 100, label: index % 3 };
});

interface Axis {
  readonly s: number;
  readonly p: number;
  /** Scale and pad of the other axis. */
  readonly t: number;
  readonly q: number;
}
type Program = (b: number, axis: Axis) => number;

function through(
  program: Program,
  [sx, sy]: readonly [number, number],
  [px, py]: readonly [number, number],
): Detection[] {
  const [x, y] = [
    { s: sx, p: px, t: sy, q: py },
    { s: sy, p: py, t: sx, q: px },
  ];
  const made = (value: number, axis: Axis): number => program(axis.s * value + axis.p, axis);
  return PICTURE.map((one) => ({
    ...one,
    box: [made(one.box[0], x), made(one.box[1], y), made(one.box[2], x), made(one.box[3], y)],
  }));
}

/** 1920×1080 in 320×320: s = 1/6, 70 rows above and below, which are 420 of the picture. */
const [S, PAD] = [
  [1 / 6, 1 / 6],
  [0, 70],
] as const;

describe('s = 1/6, pad 70: each program by its offset and factor, worked out by hand', () => {
  test.each<[string, UnmapKind, Program, number, number]>([
    ['b/s − pad: 420 − 70 = 350', 'pad-after-scale', (b, { s, p }) => b / s - p, 1, 350],
    ['b/s: 420', 'pad-forgotten', (b, { s }) => b / s, 1, 420],
    ['(b − pad/s)/s: 420 − 2520 = −2100', 'pad-before-scale', (b, { s, p }) => (b - p / s) / s, 1, -2100],
    ['(b − 2 pad)/s: −420', 'pad-doubled', (b, { s, p }) => (b - 2 * p) / s, 1, -420],
    ['(b − pad/2)/s: 210', 'pad-halved', (b, { s, p }) => (b - p / 2) / s, 1, 210],
    ['(b + pad)/s: 840', 'pad-added', (b, { s, p }) => (b + p) / s, 1, 840],
    ['b − pad', 'scale-forgotten', (b, { p }) => b - p, 1 / 6, 0],
    ['b − pad/s: 70 − 420 = −350', 'scale-forgotten', (b, { s, p }) => b - p / s, 1 / 6, -350],
    ['b', 'scale-and-pad-forgotten', (b) => b, 1 / 6, 70],
    ['(b − pad)·s', 'scale-inverted', (b, { s, p }) => (b - p) * s, 1 / 36, 0],
    ['b·s: 70/6', 'scale-inverted', (b, { s }) => b * s, 1 / 36, 70 / 6],
    ['b·s − pad: 70/6 − 70', 'scale-inverted', (b, { s, p }) => b * s - p, 1 / 36, 70 / 6 - 70],
  ])('%s', (_, kind, program, scale, offset) => {
    const [found, ...more] = explainUnmap(PICTURE, through(program, S, PAD), { scale: S, pad: PAD });
    expect(found?.kind).toBe(kind);
    expect(found?.scale[1]).toBeCloseTo(scale, 5);
    expect(found?.offset[1]).toBeCloseTo(offset, 3);
    expect(found?.text).not.toContain('no known formula');
    expect(more).toEqual([]);
  });

  test('b/s − pad says what to write', () => {
    const [found] = explainUnmap(
      PICTURE,
      through((b, { s, p }) => b / s - p, S, PAD),
      { scale: S, pad: PAD },
    );
    expect(found).toMatchObject({
      formula: '70 / 0.167 − 70 = 350',
      fix: '(b − pad)/s instead of b/s − pad',
    });
    expect(found?.text).toMatch(/^y is off by \+350 px: .* after dividing by the scale/);
  });

  test.each<[string, UnmapKind, Program]>([
    ['b/s − pad', 'pad-after-scale', (b, { s, p }) => b / s - p],
    ['b', 'scale-and-pad-forgotten', (b) => b],
  ])('%s in the reference, the candidate being right', (_, kind, program) => {
    const [found] = explainUnmap(through(program, S, PAD), PICTURE, { scale: S, pad: PAD });
    expect(found?.kind).toBe(kind);
    expect(found?.text).toContain('of the reference');
  });

  test('(b − pad)/s and b/s − pad/s are right', () => {
    for (const right of [
      (b: number, { s, p }: Axis): number => (b - p) / s,
      (b: number, { s, p }: Axis): number => b / s - p / s,
    ])
      expect(explainUnmap(PICTURE, through(right, S, PAD), { scale: S, pad: PAD })).toEqual([]);
  });
});

describe('scales and pads that differ between x and y', () => {
  /** By hand: pads in the picture are 20/0.5 = 40 and 70/0.25 = 280. */
  const context = { scale: [0.5, 0.25], pad: [20, 70] } as const;

  test('pads exchanged: (20 − 70)/0.5 = −100 and (70 − 20)/0.25 = 200', () => {
    const [found] = explainUnmap(
      PICTURE,
      through((b, { s, q }) => (b - q) / s, context.scale, context.pad),
      context,
    );
    expect(found?.kind).toBe('pads-swapped');
    expect(found?.offset[0]).toBeCloseTo(-100, 3);
    expect(found?.offset[1]).toBeCloseTo(200, 3);
  });

  test('scales exchanged: 0.5/0.25 = 2 and 0.25/0.5 = 0.5', () => {
    const [found] = explainUnmap(
      PICTURE,
      through((b, { p, t }) => (b - p) / t, context.scale, context.pad),
      context,
    );
    expect(found?.kind).toBe('scales-swapped');
    expect(found?.scale[0]).toBeCloseTo(2, 5);
    expect(found?.scale[1]).toBeCloseTo(0.5, 5);
  });
});

test('a pad of 52.5 that is taken as 52: (52.5 − 52)/(1/6) = 3', () => {
  const context = { scale: S, pad: [0, 52.5] } as const;
  const [found] = explainUnmap(
    PICTURE,
    through((b, { s, p }) => (b - Math.floor(p)) / s, S, context.pad),
    context,
  );
  expect(found?.kind).toBe('pad-rounded');
  expect(found?.offset[1]).toBeCloseTo(3, 3);
});

test('a letterbox un-done as a stretch: x · 1920/320 is right, y · 1080/320 is (r/6 + 70) · 3.375 = 0.5625 r + 236.25', () => {
  const context = { scale: S, pad: PAD, imageSize: [1920, 1080], inputSize: [320, 320] } as const;
  const [found] = explainUnmap(
    PICTURE,
    through((b, { p }) => b * (p === 70 ? 3.375 : 6), S, PAD),
    context,
  );
  expect(found?.kind).toBe('letterbox-ignored');
  expect(found?.scale[1]).toBeCloseTo(0.5625, 5);
  expect(found?.offset[1]).toBeCloseTo(236.25, 2);
});
