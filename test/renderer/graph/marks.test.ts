import { describe, expect, test } from 'vitest';
import type { Amplifier, Report, TensorRow, TensorState } from '../../../src/shared/report.ts';
import { DEFAULT_METRIC } from '../../../src/renderer/state/metrics.ts';
import { heat, MARK } from '../../../src/renderer/graph/model/heat.ts';
import { pathMarks } from '../../../src/renderer/graph/model/path-marks.ts';
import { modelOf, preparedOf } from './support.ts';

// x → a → s (not compared) → m, a → m: the way from a to m is direct; g/p, g/q unmatched
const PREPARED = preparedOf(
  modelOf(
    [
      'a: Conv(x)',
      's: Sigmoid(a)',
      'm: Mul(a, s)',
      'g/p: Relu(m)',
      'g/q: Relu(p)',
      'z: Relu(q)',
      'cast: Cast(z)',
    ],
    ['x'],
    ['cast'],
  ),
);

function row(name: string, state: TensorState, excess?: number): TensorRow {
  return { name, state, excess, node: name } as TensorRow;
}

const ROWS = new Map(
  [
    row('a', 'noise', 0.1),
    row('s', 'not-compared'),
    row('m', 'introduced', 50),
    row('p', 'not-compared'),
    row('q', 'inherited', 2),
    row('z', 'noise', 0.01),
  ].map((one) => [one.name, one]),
);

test('marks: what is said of a box besides its colour', () => {
  const { mark, bin, sites } = heat(PREPARED, ROWS, undefined, DEFAULT_METRIC, false);
  expect([...mark.subarray(0, 7)]).toEqual([
    MARK.compared,
    MARK.unmatched,
    MARK.introduced,
    MARK.unmatched,
    MARK.over,
    MARK.compared,
    MARK.plain,
  ]);
  expect([...bin.subarray(0, 7)].map((one) => one >= 0)).toEqual([
    true,
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
  expect([...sites.subarray(0, 7)]).toEqual([0, 0, 1, 0, 0, 0, 0]);
});

test('a group has the colour of its worst child and counts the sites inside', () => {
  const { mark, bin, sites } = heat(PREPARED, ROWS, undefined, DEFAULT_METRIC, false);
  const group = PREPARED.graph.count + PREPARED.groups.path.indexOf('g');
  expect([mark[group], bin[group], sites[group]]).toEqual([MARK.over, bin[4], 0]);
  expect(sites[PREPARED.graph.count]).toBe(1);
});

test('before a run everything is plain', () => {
  const { mark } = heat(PREPARED, new Map(), undefined, DEFAULT_METRIC, false);
  expect(new Set(mark)).toEqual(new Set([MARK.plain]));
});

test('the way of the error follows the shortest edges between paired tensors, and on to the output', () => {
  const steps = [
    { tensor: 'a', relativeL2: 1, gain: undefined },
    { tensor: 'm', relativeL2: 1, gain: 3 },
    { tensor: 'z', relativeL2: 1, gain: 0.5 },
  ];
  const marks = pathMarks(PREPARED, { paths: [{ site: 'a', output: 'cast', steps }] } as unknown as Report);
  const { graph } = PREPARED;
  const gains = new Map(
    [...marks].map((gain, edge) => [
      `${graph.names[graph.from[edge]!]}>${graph.names[graph.to[edge]!]}`,
      gain,
    ]),
  );
  expect(Object.fromEntries(gains)).toEqual({
    'x>a': 0,
    'a>s': 0,
    'a>m': 3,
    's>m': 0,
    'm>p': 0.5,
    'p>q': 0.5,
    'q>z': 0.5,
    'z>cast': 1,
    'cast>cast': 1,
  });
});

describe('gains are written beside amplifiers', () => {
  const amplifier = (tensor: string, gain: number): Amplifier => ({ tensor, node: tensor, gain });
  const gainsOf = (amplifiers: readonly Amplifier[], onWay: readonly string[]): Record<string, number> => {
    const steps = onWay.map((tensor) => ({ tensor, relativeL2: 1, gain: 1 }));
    const report = {
      verdict: { sites: [] },
      amplifiers,
      paths: onWay.length === 0 ? [] : [{ site: 'a', output: 'cast', steps }],
    } as unknown as Report;
    const { gains } = heat(PREPARED, ROWS, report, DEFAULT_METRIC, false);
    const { graph, groups } = PREPARED;
    const named = [...gains].map((gain, ref): [string, number] => [
      ref < graph.count ? (graph.names[ref] ?? '') : `group ${groups.path[ref - graph.count] ?? ''}`,
      gain,
    ]);
    return Object.fromEntries(named.filter(([, gain]) => gain > 0));
  };

  test('on the way of the error; a group has the largest inside', () => {
    expect(gainsOf([amplifier('p', 4), amplifier('q', 2), amplifier('s', 3)], ['a', 'p', 'q', 'z'])).toEqual({
      p: 4,
      q: 2,
      'group g': 4,
      'group ': 4,
    });
  });

  test('the strongest also off the way', () => {
    expect(gainsOf([amplifier('s', 3), amplifier('z', 2), amplifier('m', 1.5)], ['a', 'm'])).toEqual({
      s: 3,
      m: 1.5,
      'group ': 3,
    });
  });

  test('without a way all of them; those that hardly amplify are left out, but for the strongest', () => {
    expect(gainsOf([amplifier('a', 1.125), amplifier('z', 1.0625)], [])).toEqual({
      a: 1.125,
      'group ': 1.125,
    });
    expect(gainsOf([amplifier('a', 1.5), amplifier('z', 1.25), amplifier('m', 1.125)], [])).toEqual({
      a: 1.5,
      z: 1.25,
      'group ': 1.5,
    });
  });

  test('none before a report', () => {
    expect(new Set(heat(PREPARED, ROWS, undefined, DEFAULT_METRIC, false).gains)).toEqual(new Set([0]));
  });
});
