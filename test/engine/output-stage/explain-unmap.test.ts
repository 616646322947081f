import { expect, test } from 'vitest';
import { explainUnmap } from '../../../src/engine/output-stage/index.ts';
import type { Box, Detection } from '../../../src/shared/output-stage.ts';
import { seeded } from '../../support/random.ts';

/** Right boxes in the picture; wrong ones made from them by the arithmetic of a real demo, written out. */
const random = seeded(11);

function boxesIn(width: number, height: number, count = 20): Detection[] {
  return Array.from({ length: count }, (_, index) => {
    const [w, h] = [20 + random() * 100, 20 + random() * 100];
    const [x, y] = [random() * (width - w), random() * (height - h)];
    return { box: [x, y, x + w, y + h] as const, score: 1 - index / 100, label: index % 3 };
  });
}

const mapped = (all: readonly Detection[], map: (value: number, at: number) => number): Detection[] =>
  all.map((one) => ({
    ...one,
    box: [map(one.box[0], 0), map(one.box[1], 1), map(one.box[2], 2), map(one.box[3], 3)] as const,
  }));
const reread = (all: readonly Detection[], read: (box: Box) => Box): Detection[] =>
  all.map((one) => ({ ...one, box: read(one.box) }));
const isY = (at: number): boolean => at % 2 === 1;
const clip = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

const HD = { imageSize: [1280, 720], inputSize: [640, 640] } as const;
const hd = boxesIn(1280, 720);

test('pads in picture pixels at 720×1280: s = 0.5, pad 280, so y is 280 px too small, then clipped to 0', () => {
  const wrong = mapped(hd, (value, at) => (isY(at) ? clip(value - 280, 720) : value));
  const [finding, ...more] = explainUnmap(hd, wrong, HD);
  expect(finding?.kind).toBe('pad-before-scale');
  expect(finding?.offset[0]).toBeCloseTo(0, 6);
  expect(finding?.offset[1]).toBeCloseTo(-280, 6);
  expect(finding?.formula).toBe('280 · (1 − 1/0.5) = -280');
  expect(finding?.text).toMatch(/^y is off by −280 px: .* use b\/s − pad/);
  expect(more).toEqual([]);
});

test('the same, rounded to whole pixels as a demo does', () => {
  const wrong = mapped(hd, (value, at) => Math.round(isY(at) ? clip(value - 280, 720) : value));
  expect(explainUnmap(hd, wrong, HD).map(({ kind }) => kind)).toEqual(['pad-before-scale', 'rounded']);
});

test('pads in picture pixels at 500×333: s = 1.28, pad 83, so y is 83 · (1 − 1/1.28) = 18.16 px too large', () => {
  const all = boxesIn(500, 333);
  const wrong = mapped(all, (value, at) => (isY(at) ? value + 18.15625 : value));
  const [finding] = explainUnmap(all, wrong, { scale: [1.28, 1.28], pad: [0, 106.24] });
  expect(finding?.kind).toBe('pad-before-scale');
  expect(finding?.offset[1]).toBeCloseTo(18.156, 3);
});

test('at s = 1 the wrong formula is the right one', () => {
  const all = boxesIn(640, 480);
  expect(explainUnmap(all, all, { imageSize: [640, 480], inputSize: [640, 640] })).toEqual([]);
});

/** s = 0.5, pad 140 model-input pixels above the picture of 1280×720. */
test.each([
  ['pad-forgotten', (value: number, at: number) => (isY(at) ? value + 280 : value), [1, 1], [0, 280]],
  ['scale-forgotten', (value: number) => value / 2, [0.5, 0.5], [0, 0]],
  ['scale-inverted', (value: number) => value / 4, [0.25, 0.25], [0, 0]],
  [
    'scale-and-pad-forgotten',
    (value: number, at: number) => value / 2 + (isY(at) ? 140 : 0),
    [0.5, 0.5],
    [0, 140],
  ],
  ['normalised', (value: number, at: number) => value / (isY(at) ? 720 : 1280), [1 / 1280, 1 / 720], [0, 0]],
  ['half-pixel', (value: number) => value + 0.5, [1, 1], [0.5, 0.5]],
  ['one-pixel', (value: number) => value - 1, [1, 1], [-1, -1]],
] as const)('%s', (kind, map, scale, offset) => {
  const [finding, ...more] = explainUnmap(hd, mapped(hd, map), HD);
  expect(finding?.kind).toBe(kind);
  for (const axis of [0, 1] as const) {
    expect(finding?.scale[axis]).toBeCloseTo(scale[axis], 6);
    expect(finding?.offset[axis]).toBeCloseTo(offset[axis], 4);
  }
  expect(finding?.fix).toBeDefined();
  expect(more).toEqual([]);
});

test.each([
  ['axes-swapped', ([x1, y1, x2, y2]: Box): Box => [y1, x1, y2, x2]],
  ['xywh-as-xyxy', ([x1, y1, x2, y2]: Box): Box => [x1, y1, x2 - x1, y2 - y1]],
  ['cxcywh-as-xyxy', ([x1, y1, x2, y2]: Box): Box => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]],
  ['one-pixel', ([x1, y1, x2, y2]: Box): Box => [x1, y1, x2 + 1, y2 + 1]],
  ['rounded', (box: Box): Box => box.map(Math.trunc) as unknown as Box],
  ['rounded', (box: Box): Box => box.map(Math.round) as unknown as Box],
] as const)('%s, whichever side it is', (kind, read) => {
  const wrong = reread(hd, read);
  for (const [reference, candidate, side] of [
    [hd, wrong, 'candidate'],
    [wrong, hd, 'reference'],
  ] as const) {
    const [finding] = explainUnmap(reference, candidate);
    expect(finding?.kind).toBe(kind);
    // A swap of axes is its own inverse: neither side gives itself away.
    expect(finding?.text).toContain(kind === 'axes-swapped' ? 'x and y swapped' : side);
  }
});

test('shares of a picture whose size is not known are still shares', () => {
  const shares = mapped(hd, (value, at) => value / (isY(at) ? 720 : 1280));
  const [forth] = explainUnmap(hd, shares);
  expect(forth?.kind).toBe('normalised');
  expect(forth?.text).toContain("the candidate's boxes are shares");
  const [back] = explainUnmap(shares, hd);
  expect(back?.kind).toBe('normalised');
  expect(back?.text).toContain("the reference's boxes are shares");
});

test('clipping alone', () => {
  const wide = mapped(hd, (value, at) => (isY(at) ? value * 1.2 - 50 : value * 1.2 - 100));
  const cut = mapped(wide, (value, at) => clip(value, isY(at) ? 720 : 1280));
  expect(explainUnmap(wide, cut, HD).map(({ kind }) => kind)).toEqual(['clipped']);
});

test('an offset that no formula gives is told as it is', () => {
  const [finding] = explainUnmap(
    hd,
    mapped(hd, (value, at) => (isY(at) ? value : value + 37)),
    HD,
  );
  expect(finding).toMatchObject({ kind: 'offset', fits: 20, of: 20 });
  expect(finding?.formula).toBeUndefined();
});

test('a mapping that makes no sense explains nothing', () => {
  const context = { imageSize: [NaN, 0], inputSize: [0, 0], pad: [Infinity, 0], scale: [0, -1] } as const;
  const [finding] = explainUnmap(
    hd,
    mapped(hd, (value, at) => (isY(at) ? value : value + 37)),
    context,
  );
  expect(finding).toMatchObject({ kind: 'offset' });
});

test('one detection in six that is another does not spoil the fit', () => {
  const wrong = mapped(hd, (value, at) => (isY(at) ? value - 280 : value)).map((one, index) =>
    index % 6 === 5 ? { ...one, box: [1, 2, 30, 40] as const } : one,
  );
  expect(explainUnmap(hd, wrong, HD)[0]?.kind).toBe('pad-before-scale');
});

test('boxes that have nothing to do with each other have no systematic difference', () => {
  expect(explainUnmap(hd, boxesIn(1280, 720), HD)).toEqual([]);
});

test('the noise of float32 is none', () => {
  expect(
    explainUnmap(
      hd,
      mapped(hd, (value) => value * (1 + 1e-6)),
      HD,
    ),
  ).toEqual([]);
});

test.each([
  ['no detections', []],
  ['a box that is not a number', [{ box: [NaN, 0, 1, 1] as const, score: 1, label: 0 }]],
  ['an infinite box', [{ box: [0, 0, Infinity, 1] as const, score: 1, label: 0 }]],
  ['a score that is not a number', [{ box: [0, 0, 1, 1] as const, score: NaN, label: 0 }]],
])('%s: nothing is said', (_, candidate) => {
  expect(explainUnmap(hd, candidate, HD)).toEqual([]);
  expect(explainUnmap(candidate, hd, HD)).toEqual([]);
});
