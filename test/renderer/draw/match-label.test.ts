import { describe, expect, test } from 'vitest';
import {
  boxesOf,
  classText,
  extentOf,
  GRAVEST_FIRST,
  matchKey,
  matchLabel,
  outsideCount,
  scoreText,
} from '../../../src/renderer/draw/match-label.ts';
import type { Box, Detection, DetectionMatch } from '../../../src/shared/output-stage.ts';
import { MATCH_STATES } from '../../../src/shared/output-stage.ts';

const BOX: Box = [10, 20, 30, 60];

function detection(label: number, score: number, box: Box = BOX): Detection {
  return { box, score, label };
}

function match(more: Partial<DetectionMatch>): DetectionMatch {
  return { state: 'matched', margins: [], text: '', ...more };
}

describe('what stands at a box', () => {
  test.each<readonly [what: string, sides: Partial<DetectionMatch>, label: string, score: string]>([
    ['both agree', { reference: detection(3, 0.5), candidate: detection(3, 0.5) }, '3', '0.5'],
    ['another class', { reference: detection(3, 0.5), candidate: detection(7, 0.5) }, '3 → 7', '0.5'],
    ['another score', { reference: detection(3, 0.5), candidate: detection(3, 0.25) }, '3', '0.5 → 0.25'],
    // Three digits are printed: the same three are not told twice.
    ['almost', { reference: detection(0, 0.5), candidate: detection(0, 0.50000001) }, '0', '0.5'],
    ['missing', { reference: detection(0, 0.125) }, '0', '0.125'],
    ['extra', { candidate: detection(12, 1) }, '12', '1'],
    ['neither', {}, '–', '–'],
  ])('%s', (_what, sides, label, score) => {
    expect(classText(match(sides))).toBe(label);
    expect(scoreText(match(sides))).toBe(score);
    expect(matchLabel(match(sides))).toBe(`${label}  ${score}`);
  });

  test('pairs are told apart by their places in both lists', () => {
    const keys = [
      { referenceIndex: 1, candidateIndex: 2 },
      { referenceIndex: 12 },
      { candidateIndex: 12 },
    ].map((places) => matchKey(match(places)));
    expect(new Set(keys).size).toBe(3);
  });
});

describe('where it stands', () => {
  test.each<readonly [box: Box, extent: object | undefined]>([
    [BOX, { left: 10, top: 20, width: 20, height: 40 }],
    [[30, 60, 10, 20], { left: 10, top: 20, width: 20, height: 40 }],
    [[5, 5, 5, 5], { left: 5, top: 5, width: 0, height: 0 }],
    [[NaN, 0, 1, 1], undefined],
    [[0, 0, Infinity, 1], undefined],
  ])('%j', (box, extent) => {
    expect(extentOf(box)).toEqual(extent);
  });

  test('boxes of both sides, but for those without a place', () => {
    const matches = [
      match({ reference: detection(0, 1), candidate: detection(0, 1, [0, 0, 2, 2]) }),
      match({ candidate: detection(0, 1, [NaN, 0, 2, 2]) }),
    ];
    expect(boxesOf(matches)).toEqual([
      { left: 10, top: 20, width: 20, height: 40 },
      { left: 0, top: 0, width: 2, height: 2 },
    ]);
  });

  test.each<readonly [box: Box, count: number]>([
    [[0, 0, 100, 50], 0],
    [[-10, -10, 1, 1], 0],
    [[-10, 10, 0, 20], 1],
    [[100, 0, 120, 20], 1],
    [[99, 0, 120, 20], 0],
    [[0, 50, 10, 60], 1],
    [[0, -30, 10, -20], 1],
  ])('%j in a picture of 100 × 50: %d outside', (box, count) => {
    expect(outsideCount([match({ candidate: detection(0, 1, box) })], 100, 50)).toBe(count);
  });
});

test('every state has its place, what agrees the last', () => {
  expect([...GRAVEST_FIRST].sort()).toEqual([...MATCH_STATES].sort());
  expect(GRAVEST_FIRST.at(-1)).toBe('matched');
});
