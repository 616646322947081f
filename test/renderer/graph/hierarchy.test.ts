import { expect, test } from 'vitest';
import { expandedOnce, firstLevel, opened } from '../../../src/renderer/graph/model/first-level.ts';
import { transformer } from '../../../scripts/bench-graph/transformer.ts';
import { modelOf, preparedOf } from './support.ts';

const MODEL = modelOf(
  [
    'net.stem.conv/a: Conv(x)',
    'net.stem.act/b: Sigmoid(a)',
    'net.stem.act/c: Mul(a, b)',
    'net.body.pool/d: MaxPool(c)',
    'net.body/e: Add(d, c)',
    'f: Relu(e)',
  ],
  ['x'],
  ['f'],
);

test('groups: scopes of one node and scopes of one scope are none', () => {
  const { groups } = preparedOf(MODEL);
  expect(groups.path).toEqual(['', 'net', 'net.stem', 'net.stem.act', 'net.body']);
  expect(groups.label).toEqual(['', 'net', 'stem', 'act', 'body']);
  expect([...groups.size]).toEqual([6, 5, 3, 2, 2]);
  expect([...groups.parent]).toEqual([-1, 0, 1, 2, 1]);
});

test('a node stands in the nearest group, and says the rest of its scope', () => {
  const { groups, texts } = preparedOf(MODEL);
  expect([...groups.groupOf]).toEqual([2, 3, 3, 4, 4, 0, 0, 0]);
  expect(texts[0]).toEqual({ bold: 'Conv', soft: 'conv' });
  expect(texts[3]).toEqual({ bold: 'MaxPool', soft: 'pool' });
});

test('a chain of scopes is one group with the whole path as its name', () => {
  const { groups } = preparedOf(
    modelOf(['a.b.c/p: Relu(x)', 'a.b.c/q: Relu(p)', 'r: Relu(q)'], ['x'], ['r']),
  );
  expect(groups.label).toEqual(['', 'a.b.c']);
});

test('first picture: 1,000 nodes of a transformer are between 15 and 60 boxes', () => {
  const { groups } = preparedOf(transformer(1000, true));
  const open = firstLevel(groups);
  const onView = (group: number): boolean =>
    group < 0 || (open[group] === 1 && onView(groups.parent[group]!));
  const boxes =
    [...groups.groupOf].filter(onView).length +
    [...groups.parent.keys()].filter((group) => open[group] === 0 && onView(groups.parent[group]!)).length;
  expect(boxes).toBeGreaterThanOrEqual(15);
  expect(boxes).toBeLessThanOrEqual(60);
});

test('opening the way to a node opens its groups and no others', () => {
  const { groups } = preparedOf(MODEL);
  const closed = Uint8Array.of(1, 0, 0, 0, 0);
  expect([...opened(groups, closed, 1)]).toEqual([1, 1, 1, 1, 0]);
  expect(opened(groups, closed, 5)).toBe(closed);
});

test('one level more opens what is on view, not what is inside', () => {
  const { groups } = preparedOf(MODEL);
  expect([...expandedOnce(groups, Uint8Array.of(1, 0, 0, 0, 0))]).toEqual([1, 1, 0, 0, 0]);
  expect([...expandedOnce(groups, Uint8Array.of(1, 1, 0, 0, 0))]).toEqual([1, 1, 1, 0, 1]);
});
