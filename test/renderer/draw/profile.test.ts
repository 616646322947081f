import { describe, expect, test } from 'vitest';
import {
  decadesOf,
  floorSources,
  profileByModule,
  profileByNode,
} from '../../../src/renderer/draw/profile-data.ts';
import type { ProfilePoint } from '../../../src/renderer/draw/profile-data.ts';
import { bandPath, linePath } from '../../../src/renderer/draw/profile-paths.ts';
import type { TensorRow } from '../../../src/shared/report.ts';
import { rowOf } from '../../service/fake-engine.ts';
import { measureOf } from '../support.ts';

const NODES = [
  { name: 'n0', scope: 'a', outputs: ['t0', ''] },
  { name: 'n1', scope: 'a', outputs: ['t1', 't1b'] },
  { name: 'n2', scope: 'b', outputs: ['t2'] },
  { name: 'n3', scope: 'a', outputs: ['t3'] },
];
const ROWS: ReadonlyMap<string, TensorRow> = new Map(
  [
    rowOf('t0', {
      total: measureOf({ relativeL2: 1e-7 }),
      local: measureOf({ relative: 2e-7 }),
      noiseFloor: 3e-7,
      noiseSource: 'perturbation',
    }),
    rowOf('t1', { total: measureOf({ relativeL2: 1e-4 }), local: measureOf({ relative: 1e-5 }) }),
    rowOf('t1b', {
      total: measureOf({ relativeL2: 1e-6, nonFiniteMismatch: 2 }),
      local: measureOf({ relative: 3e-5 }),
      state: 'introduced',
    }),
    rowOf('t3', { total: measureOf({ relativeL2: 0 }) }),
  ].map((row) => [row.name, row]),
);

test('by node: of several outputs the worst', () => {
  expect(profileByNode(NODES, ROWS)).toEqual([
    {
      nodes: ['n0'],
      label: 'n0',
      total: 1e-7,
      local: 2e-7,
      floor: 3e-7,
      floorSource: 'perturbation',
      isIntroduced: false,
    },
    {
      nodes: ['n1'],
      label: 'n1',
      total: Infinity,
      local: 3e-5,
      floor: undefined,
      floorSource: undefined,
      isIntroduced: true,
    },
    {
      nodes: ['n2'],
      label: 'n2',
      total: undefined,
      local: undefined,
      floor: undefined,
      floorSource: undefined,
      isIntroduced: false,
    },
    {
      nodes: ['n3'],
      label: 'n3',
      total: 0,
      local: undefined,
      floor: undefined,
      floorSource: undefined,
      isIntroduced: false,
    },
  ]);
});

test('by module: a module that is called again comes again', () => {
  expect(profileByModule(NODES, ROWS)).toEqual([
    {
      nodes: ['n0', 'n1'],
      label: 'a',
      total: Infinity,
      local: 3e-5,
      floor: 3e-7,
      floorSource: 'perturbation',
      isIntroduced: true,
    },
    {
      nodes: ['n2'],
      label: 'b',
      total: undefined,
      local: undefined,
      floor: undefined,
      floorSource: undefined,
      isIntroduced: false,
    },
    {
      nodes: ['n3'],
      label: 'a',
      total: 0,
      local: undefined,
      floor: undefined,
      floorSource: undefined,
      isIntroduced: false,
    },
  ]);
  expect(profileByModule([], ROWS)).toEqual([]);
});

test('the floor of a module has the source of its largest floor', () => {
  const rows = new Map(
    [
      rowOf('t0', { noiseFloor: 3e-7, noiseSource: 'formula' }),
      rowOf('t1', { noiseFloor: 5e-7, noiseSource: 'referee' }),
      rowOf('t2', { noiseFloor: 1e-7, noiseSource: 'formula' }),
      rowOf('t3', {}),
    ].map((row) => [row.name, row]),
  );
  const points = profileByModule(NODES, rows);
  expect(points.map(({ floor, floorSource }) => [floor, floorSource])).toEqual([
    [5e-7, 'referee'],
    [1e-7, 'formula'],
    [undefined, undefined],
  ]);
  expect(floorSources(points)).toEqual(['referee', 'formula']);
});

describe('the decades of the axis', () => {
  const point = (total?: number, local?: number, floor?: number): ProfilePoint => ({
    nodes: [],
    label: '',
    total,
    local,
    floor,
    floorSource: undefined,
    isIntroduced: false,
  });
  test.each<readonly [points: ProfilePoint[], low: number, high: number]>([
    [[], 1e-8, 1],
    [[point()], 1e-8, 1],
    [[point(0, 0, 0)], 1e-8, 1],
    [[point(Infinity)], 1e-8, 1],
    [[point(NaN, NaN)], 1e-8, 1],
    [[point(3e-7, 2e-3)], 1e-7, 1e-2],
    [[point(1e-3)], 1e-7, 1e-3],
    // At least four decades.
    [[point(5e-3)], 1e-6, 1e-2],
    [[point(2e-2), point(3e-2)], 1e-5, 1e-1],
    // All three lines count; what is 0 or not finite does not.
    [[point(0, undefined, 4e-9), point(Infinity, 20)], 1e-9, 100],
  ])('%#', (points, low, high) => {
    const [from, to] = decadesOf(points);
    expect(from).toBeCloseTo(low, 15);
    expect(to).toBeCloseTo(high, 12);
  });

  test('what is shown beside the points has room too', () => {
    const [from, to] = decadesOf([point(2e-3)], [undefined, 0, NaN, 0.4]);
    expect([Math.log10(from), Math.log10(to)]).toEqual([-4, 0]);
  });
});

describe('paths', () => {
  test.each<readonly [xs: number[], ys: (number | undefined)[], line: string, band: string]>([
    [[], [], '', ''],
    [[1], [undefined], '', ''],
    [[1], [2], 'M1,2h0.01', 'M1,9L1,2L1,9Z'],
    [[1, 2], [2, 3], 'M1,2h0.01L2,3', 'M1,9L1,2L2,3L2,9Z'],
    // Tensors that are not compared are passed over, also at the ends.
    [[0, 1, 2, 3, 4], [undefined, 5, undefined, 7, undefined], 'M1,5h0.01L3,7', 'M1,9L1,5L3,7L3,9Z'],
    [[0.004, 1.005], [1 / 3, 2 / 3], 'M0,0.33h0.01L1,0.67', 'M0,9L0,0.33L1,0.67L1,9Z'],
  ])('%#', (xs, ys, line, band) => {
    expect(linePath(xs, ys)).toBe(line);
    expect(bandPath(xs, ys, 9)).toBe(band);
  });
});
