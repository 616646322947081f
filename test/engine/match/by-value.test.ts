import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ValueStats } from '../../../src/shared/comparison.ts';
import type { DumpEntry } from '../../../src/engine/dump/index.ts';
import type { Graph } from '../../../src/engine/graph/index.ts';
import { proposeByValue, withProposals } from '../../../src/engine/match/by-value.ts';
import type { ValueProposal } from '../../../src/engine/match/by-value.ts';
import { isTelling, sameFingerprint } from '../../../src/engine/match/fingerprint.ts';
import { nearestTensor } from '../../../src/engine/match/nearest.ts';
import type { Matching, Pair, Rule } from '../../../src/engine/match/pair.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { readProto, writeProto } from '../../support/edit-model.ts';
import { EXPORTS } from './support.ts';
import { entry, smallGraph } from './small.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-value-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIMS = [2, 3];

function statsOf(values: readonly number[]): ValueStats {
  const finite = values.filter(Number.isFinite);
  const sum = finite.reduce((all, value) => all + value, 0);
  return {
    count: values.length,
    nan: values.filter(Number.isNaN).length,
    posInf: values.filter((value) => value === Infinity).length,
    negInf: values.filter((value) => value === -Infinity).length,
    zero: 0,
    negative: 0,
    min: finite.length === 0 ? NaN : Math.min(...finite),
    max: finite.length === 0 ? NaN : Math.max(...finite),
    mean: sum / finite.length,
    std: 0,
    maxAbs: Math.max(0, ...finite.map(Math.abs)),
    minAbs: 0,
    sum,
    sumSquares: finite.reduce((all, value) => all + value * value, 0),
  };
}

/** Six different numbers for each seed. */
const numbers = (seed: number): number[] => [1, 2, 3, 4, 5, 6].map((value) => value * seed - 3 + (value % 2));

/** x → a → b → c, and beside it x → d. */
const GRAPH: Graph = smallGraph({
  inputs: ['x'],
  outputs: ['c', 'd'],
  nodes: [
    { op: 'Relu', in: ['x'], out: ['a'] },
    { op: 'Relu', in: ['a'], out: ['b'] },
    { op: 'Relu', in: ['b'], out: ['c'] },
    { op: 'Relu', in: ['x'], out: ['d'] },
    { op: 'Constant', in: [], out: ['k'] },
  ],
});

interface Situation {
  /** Values of candidate tensors. */
  readonly made: Readonly<Record<string, readonly number[]>>;
  /** Entry → its values, and the tensor that names gave it. */
  readonly recorded: Readonly<
    Record<string, readonly [values: readonly number[], tensor?: string, rule?: Rule]>
  >;
  readonly dims?: Readonly<Record<string, readonly number[]>>;
  readonly ignored?: readonly string[];
  readonly graph?: Graph;
}

function proposals(situation: Situation): { found: readonly ValueProposal[]; matching: Matching } {
  const { made, recorded, dims = {}, ignored = [], graph = GRAPH } = situation;
  const entries = Object.keys(recorded).map((key): DumpEntry => entry({ key, dims: dims[key] ?? DIMS }));
  const pairs = entries.flatMap((one): Pair[] => {
    const [, tensor, rule = 'torchscript-scope'] = recorded[one.key]!;
    if (tensor === undefined) return [];
    return [{ tensor, entry: one, rule, confidence: 'high', transform: { kind: 'none' } }];
  });
  const matching: Matching = { pairs, folded: [], notes: [], ignored: new Set(ignored) };
  const placed = new Set(pairs.map((pair) => pair.entry.key));
  const primaries = new Map<string, Pair>();
  for (const pair of pairs) if (!primaries.has(pair.tensor)) primaries.set(pair.tensor, pair);
  const sample = {
    index: 0,
    entries,
    inputs: [],
    outputs: [],
    referee: undefined,
    pre: undefined,
    post: undefined,
  };
  const unplaced = entries.filter((one) => !placed.has(one.key));
  const found = proposeByValue(matching, sample, unplaced, {
    graph,
    tensors: new Map(
      Object.entries(made).map(([name, values]) => [
        name,
        { stats: statsOf(values), dims: dims[name] ?? DIMS },
      ]),
    ),
    entries: new Map(entries.map((one) => [one.key, statsOf(recorded[one.key]![0])])),
    // As in the engine: only what a tensor is measured against is known element by element.
    agrees: (pair) =>
      primaries.get(pair.tensor) === pair
        ? made[pair.tensor]?.join() === recorded[pair.entry.key]?.[0].join()
        : undefined,
  });
  return { found, matching };
}

const moves = (situation: Situation): (string | undefined)[][] =>
  proposals(situation).found.map(({ pair }) => [pair.entry.key, pair.repairedFrom, pair.tensor]);

const A = 'a#0:output.0';
const B = 'b#0:output.0';
const [one, two, three, other] = [numbers(1), numbers(2), numbers(3), numbers(7)];

describe('pairs that disagree', () => {
  test('two that were swapped both move', () => {
    expect(moves({ made: { a: one, b: two }, recorded: { [A]: [two, 'a'], [B]: [one, 'b'] } })).toEqual([
      [A, 'a', 'b'],
      [B, 'b', 'a'],
    ]);
  });

  test('a difference that fits nothing stays', () => {
    expect(moves({ made: { a: other, b: two }, recorded: { [A]: [one, 'a'], [B]: [two, 'b'] } })).toEqual([]);
  });

  test('a tensor that agrees with an entry of its own is never taken', () => {
    const made = { a: one, b: other };
    expect(moves({ made, recorded: { [A]: [one, 'a'], [B]: [one, 'b'] } })).toEqual([]);
  });

  test('a bypassed node stays a difference: its values are those of the node before, which has its own entry', () => {
    const made = { a: one, b: one };
    const recorded = { [A]: [one, 'a'], [B]: [two, 'b'], 'copy#0:output.0': [one] } as const;
    expect(moves({ made, recorded })).toEqual([]);
  });

  test('a module input that names gave a wrong tensor moves, though that tensor is right for its maker', () => {
    const recorded = {
      [A]: [one, 'a'],
      'b#0:input.0': [three, 'a', 'module-input'],
    } as const;
    expect(moves({ made: { a: one, d: three }, recorded })).toEqual([['b#0:input.0', 'a', 'd']]);
  });

  test.each<Rule>(['map', 'graph-output', 'exact-name', 'graph-input'])('%s is not moved', (rule) => {
    expect(moves({ made: { a: one, b: two }, recorded: { [A]: [two, 'a', rule] } })).toEqual([]);
  });

  test('what is left out by the map is neither moved nor taken', () => {
    const made = { a: one, b: two };
    const recorded = { [A]: [two, 'a'] } as const;
    expect(moves({ made, recorded })).toHaveLength(1);
    expect(moves({ made, recorded, ignored: ['b'] })).toEqual([]);
    expect(moves({ made, recorded, ignored: [A] })).toEqual([]);
  });

  test('the tensor that is taken no longer stands for what it does not fit', () => {
    const { found, matching } = proposals({
      made: { a: two, b: other },
      recorded: { [A]: [one, 'a'], [B]: [two, 'b'] },
    });
    const moved = withProposals(matching, found, (pair) => pair.entry.key === 'none');
    expect(moved.pairs.map((pair) => [pair.entry.key, pair.tensor])).toEqual([[B, 'a']]);
    expect(withProposals(matching, [], () => false)).toBe(matching);
  });
});

describe('entries without a pair', () => {
  test('are found, with low confidence', () => {
    const { found } = proposals({
      made: { a: one, b: two },
      recorded: { [A]: [one, 'a'], 'z#0:output.0': [two] },
    });
    expect(found).toMatchObject([{ kind: 'find', pair: { tensor: 'b', rule: 'value', confidence: 'low' } }]);
  });

  test('a permuted or reshaped tensor is proposed with the ways to turn it', () => {
    const { found } = proposals({
      made: { a: one, b: two },
      recorded: { [A]: [one], [B]: [two] },
      dims: { a: [1, 2, 3], [A]: [1, 3, 2], b: [6], [B]: [2, 3] },
    });
    expect(found.map(({ pair, transforms }) => [pair.tensor, transforms[0]])).toEqual([
      ['a', { kind: 'permutation', axes: [0, 2, 1] }],
      ['b', { kind: 'reshape' }],
    ]);
    // Which of the two it is, only the elements tell.
    expect(found[0]?.transforms.at(-1)).toEqual({ kind: 'reshape' });
  });

  test('of equal tensors the one of the same shape, then the nearest to what was placed before', () => {
    const made = { a: one, b: two, c: two, d: two };
    expect(moves({ made, recorded: { [A]: [one, 'a'], 'z#0:output.0': [two] } })).toEqual([
      ['z#0:output.0', undefined, 'b'],
    ]);
    const dims = { b: [6] };
    expect(moves({ made, dims, recorded: { [A]: [one, 'a'], 'z#0:output.0': [two] } })).toEqual([
      ['z#0:output.0', undefined, 'c'],
    ]);
  });

  test('constants and tensors of one value say nothing', () => {
    const zeros = [0, 0, 0, 0, 0, 0];
    expect(moves({ made: { a: zeros }, recorded: { [A]: [zeros] } })).toEqual([]);
    expect(moves({ made: { k: two }, recorded: { [A]: [two] } })).toEqual([]);
  });
});

describe('fingerprints', () => {
  test.each([
    ['another order', [1, 2, 3], [3, 1, 2], true],
    ['float rounding', [1, 2, 3], [1.00001, 2, 3], true],
    ['another value', [1, 2, 3], [1, 2.1, 3], false],
    ['another count', [1, 2, 3], [1, 2, 3, 0], false],
    ['a NaN more', [1, NaN, 3], [1, 2, 3], false],
    ['the same infinities', [1, Infinity, 3], [3, Infinity, 1], true],
    ['infinity of the other sign', [1, Infinity, 3], [1, -Infinity, 3], false],
    ['only NaN', [NaN, NaN], [NaN, NaN], true],
    ['mean zero: the sum is noise', [1e4, -1e4], [1e4, -1e4 + 1e-3], true],
  ])('%s', (_, a, b, same) => {
    expect(sameFingerprint(statsOf(a), statsOf(b), 1e-4)).toBe(same);
  });

  test.each([
    [[1, 2], true],
    [[2, 2], false],
    [[2], false],
    [[], false],
    [[NaN, NaN], false],
  ])('%j tells something: %s', (values, tells) => {
    expect(isTelling(statsOf(values))).toBe(tells);
  });
});

test('nearest counts edges, whichever way the values flow', () => {
  // In execution order d is farther from a than c is, but x is all that lies between.
  expect(nearestTensor(GRAPH, 'a', ['c', 'd'])).toBe('c');
  expect(nearestTensor(GRAPH, 'a', ['d', 'b'])).toBe('b');
  expect(nearestTensor(GRAPH, 'x', ['c', 'd'])).toBe('d');
  expect(nearestTensor(GRAPH, undefined, ['c', 'b'])).toBe('b');
  expect(nearestTensor(GRAPH, 'a', [])).toBeUndefined();
});

describe('in a whole comparison', () => {
  const dump = join(EXPORTS, 'residual/dump');

  test('an activation that is bypassed is the site; its entry is not moved to the tensor before', async () => {
    const proto = readProto(join(EXPORTS, 'residual/dynamo20.onnx'));
    const silu = (proto.graph?.node ?? []).filter((node) => node.opType === 'Sigmoid')[2]!;
    const end = (proto.graph?.node ?? []).find(
      (node) => node.input?.includes(silu.output?.[0] ?? '') === true,
    )!;
    end.opType = 'Identity';
    end.input = [silu.input?.[0] ?? ''];
    const path = join(folder, 'bypassed.onnx');
    writeProto(proto, path);
    const report = await compareFiles(path, dump);
    expect(report.verdict.kind).toBe('introduced');
    expect(report.verdict.sites.map((site) => site.tensor)).toEqual([end.output?.[0]]);
    const pairs = report.tensors.flatMap((row) => row.pairs);
    expect(pairs.filter((pair) => pair.rule.includes('value'))).toEqual([]);
  });

  test('nothing is moved where nothing is wrong', async () => {
    const healthy = await compareFiles(join(EXPORTS, 'residual/ts17.onnx'), dump);
    expect(healthy.tensors.flatMap((row) => row.pairs).some((pair) => pair.rule.includes('repaired'))).toBe(
      false,
    );
  });
});
