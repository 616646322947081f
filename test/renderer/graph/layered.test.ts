import { expect, test } from 'vitest';
import { layered } from '../../../src/renderer/graph/layout/layered.ts';
import { EDGE, ROLE } from '../../../src/renderer/graph/layout/layered-input.ts';
import { ranks } from '../../../src/renderer/graph/layout/ranks.ts';
import { inputOf, layeredBoxes, overlaps, randoms } from './support.ts';

test.each([
  // a → b → d, a → c, c → d: the diamond has three layers
  [
    'diamond',
    4,
    [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ],
    {},
    [0, 1, 1, 2],
  ],
  // the short way waits for the long one
  [
    'longest way counts',
    4,
    [
      [0, 1],
      [1, 2],
      [0, 3],
      [2, 3],
    ],
    {},
    [0, 1, 2, 3],
  ],
  // 1 and 2 are constants: each stands one layer above its first reader
  [
    'constants next to their readers',
    5,
    [
      [0, 3],
      [3, 4],
      [1, 4],
      [2, 1],
    ],
    { 0: ROLE.input, 1: ROLE.constant, 2: ROLE.constant },
    [0, 1, 0, 1, 2],
  ],
  [
    'ports at the borders',
    4,
    [
      [0, 1],
      [1, 3],
    ],
    { 0: ROLE.top, 3: ROLE.bottom },
    [0, 1, 1, 2],
  ],
] as const)('layers: %s', (_name, count, edges, roles, expected) => {
  expect([...ranks(inputOf(count, edges, roles)).rank]).toEqual(expected);
});

test('a cycle is cut where it comes back to what runs first', () => {
  const { rank, kind } = ranks(
    inputOf(3, [
      [0, 1],
      [1, 2],
      [2, 0],
    ]),
  );
  expect([...rank]).toEqual([0, 1, 2]);
  expect([...kind]).toEqual([EDGE.routed, EDGE.routed, EDGE.stub]);
});

test('an edge over 40 layers is drawn, over 41 it is cut', () => {
  const chain = Array.from({ length: 50 }, (_, at) => [at, at + 1] as const);
  const { kind } = ranks(inputOf(51, [...chain, [0, 40], [0, 41]]));
  expect([kind[50], kind[51]]).toEqual([EDGE.routed, EDGE.stub]);
});

test('a chain stands in one column', () => {
  const { x } = layered(
    inputOf(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]),
  );
  expect([...x]).toEqual([0, 0, 0, 0]);
});

test('a box stands in the middle under its two parents', () => {
  const { x } = layered(
    inputOf(3, [
      [0, 2],
      [1, 2],
    ]),
  );
  expect(x[2]! - x[0]!).toBeCloseTo(x[1]! - x[2]!, 3);
});

test('what can be drawn without crossings is: two chains written crosswise', () => {
  const { x } = layered(
    inputOf(4, [
      [0, 3],
      [1, 2],
    ]),
  );
  expect(Math.sign(x[0]! - x[1]!)).toBe(Math.sign(x[3]! - x[2]!));
});

test('edges that pass many layers share one straight trunk', () => {
  const chain = Array.from({ length: 10 }, (_, at) => [at, at + 1] as const);
  const input = inputOf(11, [...chain, [0, 5], [0, 10]]);
  const { routeStart, routeX } = layered(input);
  const short = [...routeX.subarray(routeStart[10]! + 1, routeStart[11]! - 1)];
  const long = [...routeX.subarray(routeStart[11]! + 1, routeStart[12]! - 1)];
  expect(long.slice(0, short.length)).toEqual(short);
  expect(new Set(long).size).toBe(1);
});

function randomInput(seed: number) {
  const random = randoms(seed);
  const count = 5 + Math.floor(random() * 200);
  const edges = new Map<string, readonly [number, number]>();
  for (let box = 1; box < count; box++) {
    for (let left = Math.floor(random() * 4); left > 0; left--) {
      const from = Math.max(0, box - 1 - Math.floor(random() * random() * 60));
      edges.set(`${from},${box}`, [from, box]);
    }
  }
  const input = inputOf(count, [...edges.values()]);
  for (let box = 0; box < count; box++) {
    input.width[box] = 20 + random() * 200;
    input.height[box] = 20 + random() * (random() < 0.1 ? 900 : 60);
  }
  return input;
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

test('random graphs: no two boxes overlap', () => {
  for (const seed of SEEDS) {
    const input = randomInput(seed);
    expect(overlaps(layeredBoxes(input, layered(input)))).toBe(0);
  }
});

test('random graphs: every drawn edge goes down, from below its maker to above its reader', () => {
  for (const seed of SEEDS) {
    const input = randomInput(seed);
    const { y, kind } = layered(input);
    input.from.forEach((from, edge) => {
      if (kind[edge] === EDGE.stub) return;
      expect(y[input.to[edge]!]!).toBeGreaterThan(y[from]! + input.height[from]!);
    });
  }
});

test('random graphs: no edge runs through a box', () => {
  for (const seed of SEEDS) {
    const input = randomInput(seed);
    const { x, y, routeStart, routeX, routeTop, routeBottom } = layered(input);
    let hits = 0;
    for (let edge = 0; edge < input.from.length; edge++) {
      for (let at = routeStart[edge]! + 1; at < routeStart[edge + 1]! - 1; at++) {
        for (let box = 0; box < input.count; box++) {
          const isBeside = routeX[at]! <= x[box]! || routeX[at]! >= x[box]! + input.width[box]!;
          const isInRow =
            y[box]! >= routeTop[at]! - 0.01 && y[box]! + input.height[box]! <= routeBottom[at]! + 0.01;
          if (isInRow && !isBeside) hits++;
        }
      }
    }
    expect(hits).toBe(0);
  }
});

test('random graphs: the same graph is always laid out the same', () => {
  for (const seed of SEEDS.slice(0, 10))
    expect(layered(randomInput(seed))).toEqual(layered(randomInput(seed)));
});

test('a chain of 20,000 boxes costs no stack', () => {
  const input = inputOf(
    20_000,
    Array.from({ length: 19_999 }, (_, at) => [at, at + 1] as const),
  );
  const { height, width } = layered(input);
  expect(width).toBe(100);
  expect(height).toBeGreaterThan(20_000 * 40);
});

test('one box that feeds all of 10,000 adds no bends beyond the first 40 layers', () => {
  const chain = Array.from({ length: 9_999 }, (_, at) => [at, at + 1] as const);
  const hub = Array.from({ length: 9_998 }, (_, at) => [0, at + 2] as const);
  const { kind, routeX } = layered(inputOf(10_000, [...chain, ...hub]));
  expect(kind.filter((one) => one === EDGE.stub).length).toBe(9_998 - 39);
  // two points an edge of the chain, and 3 + 4 + … + 41 for the 39 edges of the hub that are drawn
  expect(routeX.length).toBe(2 * 9_999 + (39 * (3 + 41)) / 2);
});
