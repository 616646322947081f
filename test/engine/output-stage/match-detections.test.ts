import { expect, test } from 'vitest';
import { matchDetections } from '../../../src/engine/output-stage/index.ts';
import { assign } from '../../../src/engine/output-stage/assignment.ts';
import type { Detection } from '../../../src/shared/output-stage.ts';
import { seeded } from '../../support/random.ts';

const at = (x: number, y: number, score: number, label = 0, size = 10): Detection => ({
  box: [x, y, x + size, y + size],
  score,
  label,
});
const states = (a: readonly Detection[], b: readonly Detection[]): string[] =>
  matchDetections(a, b).matches.map(({ state }) => state);

test.each([
  ['the same', [at(0, 0, 0.9)], [at(0, 0, 0.9)], ['matched']],
  ['moved', [at(0, 0, 0.9)], [at(1, 0, 0.9)], ['moved']],
  ['rescored', [at(0, 0, 0.9)], [at(0, 0, 0.8)], ['rescored']],
  ['relabelled', [at(0, 0, 0.9, 1)], [at(0, 0, 0.9, 2)], ['relabelled']],
  ['missing', [at(0, 0, 0.9), at(50, 50, 0.5)], [at(0, 0, 0.9)], ['missing', 'matched']],
  ['extra', [at(0, 0, 0.9)], [at(0, 0, 0.9), at(50, 50, 0.5)], ['extra', 'matched']],
  ['elsewhere', [at(0, 0, 0.9)], [at(80, 80, 0.9)], ['missing', 'extra']],
  ['another class elsewhere', [at(0, 0, 0.9, 1)], [at(4, 4, 0.9, 2)], ['missing', 'extra']],
  ['nothing at all', [], [], []],
  ['not a number', [at(NaN, 0, 0.9)], [at(NaN, 0, 0.9)], ['missing', 'extra']],
  ['no size, as clipping leaves it', [at(0, 0, 0.9, 0, 0)], [at(0, 0, 0.9, 0, 0)], ['matched']],
  ['swapped corners', [at(20, 20, 0.9, 0, -10)], [at(20, 20, 0.9, 0, -10)], ['matched']],
  ['no size, elsewhere', [at(0, 0, 0.9, 0, 0)], [at(1, 0, 0.9, 0, 0)], ['missing', 'extra']],
  ['no end', [at(0, 0, 0.9, 0, Infinity)], [at(0, 0, 0.9, 0, Infinity)], ['missing', 'extra']],
])('%s', (_, a, b, expected) => {
  expect(states(a, b)).toEqual(expected);
});

test('boxes in a crowd: the best pair first would leave one without a partner', () => {
  // IoU of a shift by d of 10 is (10 − d)/(10 + d): R0–C0 0.82, R0–C1 0.54, R1–C0 0.43, R1–C1 0.
  const reference = [at(10, 0, 0.9), at(5, 0, 0.8)];
  const candidate = [at(9, 0, 0.9), at(13, 0, 0.8)];
  const { counts, matches } = matchDetections(reference, candidate);
  expect(counts).toMatchObject({ missing: 0, extra: 0, moved: 2 });
  expect(matches.map(({ referenceIndex, candidateIndex }) => [referenceIndex, candidateIndex])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

/** Every permutation of up to six columns. */
function bestByTrying(weights: readonly (readonly number[])[], row = 0, used = 0): number {
  if (row === weights.length) return 0;
  let best = bestByTrying(weights, row + 1, used);
  weights[row]!.forEach((weight, column) => {
    if (weight > 0 && (used & (1 << column)) === 0)
      best = Math.max(best, weight + bestByTrying(weights, row + 1, used | (1 << column)));
  });
  return best;
}

test('the assignment has the largest total weight: 200 small problems against trying everything', () => {
  const random = seeded(5);
  for (let problem = 0; problem < 200; problem++) {
    const [rows, columns] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 6)];
    const weights = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random() < 0.5 ? 0 : random())),
    );
    const edges = weights.flatMap((row, left) =>
      row.flatMap((weight, right) => (weight > 0 ? [{ left, right, weight }] : [])),
    );
    const { pairs } = assign(edges);
    expect(pairs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(bestByTrying(weights), 10);
    expect(new Set(pairs.map(({ left }) => left)).size).toBe(pairs.length);
    expect(new Set(pairs.map(({ right }) => right)).size).toBe(pairs.length);
  }
});

test('one box five thousand times over is matched five thousand times', () => {
  const crowd = Array.from({ length: 5000 }, () => at(0, 0, 0.5));
  const { counts, notes } = matchDetections(crowd, crowd);
  expect(counts.matched).toBe(5000);
  expect(notes).toEqual([]);
});

test('what is cut off is told', () => {
  const many = Array.from({ length: 2100 }, (_, index) => at(index * 20, 0, 0.5));
  const { counts, notes } = matchDetections(many, []);
  expect(counts.missing).toBe(2000);
  expect(notes).toEqual(['100 detections of the lowest scores of the reference were not matched']);
});

test('a crowd too large for an optimal assignment is paired greedily, and told', () => {
  const crowd = Array.from({ length: 400 }, (_, index) => at(index / 100, 0, 1 - index / 1000));
  const rescored = crowd.map((one) => ({ ...one, score: one.score - 0.0001 }));
  const { counts, notes } = matchDetections(crowd, rescored);
  expect(counts.matched + counts.moved).toBe(400);
  expect(notes.join()).toContain('paired by descending IoU');
});

test('a detection lost by 0.004 of the score threshold is a coin toss', () => {
  const [lost] = matchDetections([at(0, 0, 0.254)], [], { candidate: { scoreThreshold: 0.25 } }).matches;
  expect(lost?.margins).toHaveLength(1);
  expect(lost?.margins[0]).toMatchObject({ rule: 'scoreThreshold', isCoinToss: true });
  expect(lost?.margins[0]?.distance).toBeCloseTo(0.004, 12);
  expect(lost?.text).toContain('0.004 above the score threshold 0.25, a coin toss');
});

test('one that the other side had to drop says why', () => {
  const rules = { scoreThreshold: 0.5, iouThreshold: 0.4 };
  const [low] = matchDetections([at(0, 0, 0.3)], [], { candidate: rules }).matches;
  expect(low?.because).toEqual({
    rule: 'scoreThreshold',
    text: '0.2 below the score threshold 0.5 of the candidate',
  });
  // Shifted by 2 of 10: IoU 8/12.
  const kept = at(0, 0, 0.9);
  const [covered] = matchDetections([kept, at(2, 0, 0.8)], [kept], { candidate: rules }).matches;
  expect(covered?.because?.rule).toBe('iouThreshold');
  expect(covered?.margins.at(-1)?.value).toBeCloseTo(8 / 12, 12);
});
