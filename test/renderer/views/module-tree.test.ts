import { expect, test } from 'vitest';
import { moduleRows } from '../../../src/renderer/views/module-tree.ts';
import type { TensorRow } from '../../../src/shared/report.ts';
import { rowOf } from '../../service/fake-engine.ts';
import { measureOf } from '../support.ts';

const nodes = (...scopes: string[]): { scope: string; outputs: string[] }[] =>
  scopes.map((scope, index) => ({ scope, outputs: [`t${index}`] }));
const rowsBy = (...rows: Partial<TensorRow>[]): ReadonlyMap<string, TensorRow> =>
  new Map(rows.map((row, index) => [`t${index}`, rowOf(`t${index}`, row)]));

test('modules come depth first, in order of first execution, with the nodes below them', () => {
  const rows = moduleRows(
    nodes('stem', 'layers.1.conv', 'layers.0', '', 'layers.1.act', 'layers.10'),
    new Map(),
  );
  expect(
    rows.map(({ path, name, depth, nodes: count, hasChildren }) => [path, name, depth, count, hasChildren]),
  ).toEqual([
    ['', '', 0, 6, true],
    ['stem', 'stem', 1, 1, false],
    ['layers', 'layers', 1, 4, true],
    ['layers.1', '1', 2, 2, true],
    ['layers.1.conv', 'conv', 3, 1, false],
    ['layers.1.act', 'act', 3, 1, false],
    ['layers.0', '0', 2, 1, false],
    ['layers.10', '10', 2, 1, false],
  ]);
});

test('a module has the worst of what is below it, and counts what is introduced', () => {
  const rows = moduleRows(
    nodes('a.x', 'a.y', 'b'),
    rowsBy(
      { excess: 0.5, total: measureOf({ relativeL2: 1e-6 }) },
      { excess: 40, state: 'introduced', total: measureOf({ relativeL2: 1e-3 }) },
      { state: 'introduced' },
    ),
  );
  expect(rows.map(({ path, excess, total, introduced }) => [path, excess, total, introduced])).toEqual([
    ['', 40, 1e-3, 2],
    ['a', 40, 1e-3, 1],
    ['a.x', 0.5, 1e-6, 0],
    ['a.y', 40, 1e-3, 1],
    ['b', undefined, undefined, 1],
  ]);
});

test('a non-finite mismatch is the worst error', () => {
  const [root] = moduleRows(
    nodes('a', 'b'),
    rowsBy(
      { total: measureOf({ relativeL2: 1e-9, nonFiniteMismatch: 1 }) },
      { total: measureOf({ relativeL2: 0.5 }) },
    ),
  );
  expect(root?.total).toBe(Infinity);
});

test('no nodes are no modules; a name of the prototype is a name', () => {
  expect(moduleRows([], new Map())).toEqual([]);
  expect(moduleRows(nodes('__proto__.constructor'), new Map()).map(({ path }) => path)).toEqual([
    '',
    '__proto__',
    '__proto__.constructor',
  ]);
});
