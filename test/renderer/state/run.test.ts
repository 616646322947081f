import { describe, expect, test } from 'vitest';
import { partialReport } from '../../../src/engine/compare/partial.ts';
import { parseMapFile } from '../../../src/engine/match/index.ts';
import { mapText } from '../../../src/renderer/state/hand-pairs.ts';
import { answerOf, valueOf } from '../../../src/renderer/state/remote.ts';
import { afterEvents, NOTHING, secondsLeft } from '../../../src/renderer/state/run.ts';
import type { RunProgress, RunView } from '../../../src/renderer/state/run.ts';
import type { CompareRequest, JobEvent } from '../../../src/shared/contract.ts';
import type { WireError } from '../../../src/shared/errors.ts';
import { errorToWire, LayerdiffError } from '../../../src/shared/errors.ts';
import type { Stage } from '../../../src/shared/progress.ts';
import { rowOf } from '../../service/fake-engine.ts';
import { optionsFor } from '../../support/compare-files.ts';

const REQUEST = { candidate: '/m.onnx' } as CompareRequest;
const ERROR: WireError = { tag: 'engine-died', message: 'the engine died', place: 'node conv1' };
const stage = (name: Stage, done: number, node = ''): JobEvent => ({
  type: 'stage',
  stage: name,
  done,
  total: 10,
  node,
});
const rows = (...names: string[]): JobEvent => ({ type: 'rows', rows: names.map((name) => rowOf(name)) });
const done = (...names: string[]): JobEvent => ({
  type: 'done',
  report: partialReport(
    optionsFor('/m.onnx', '/d'),
    names.map((name) => rowOf(name)),
    'x',
  ),
});

const RUNNING: RunProgress = { stage: 'open', done: 0, total: 1, node: '', startedAt: 1000, stageAt: 1000 };
const started = (before: Partial<RunView> = {}): RunView => ({
  shown: NOTHING,
  log: [],
  ...before,
  state: { kind: 'running', job: 'b', progress: RUNNING },
});
const after = (view: RunView, now: number, ...events: JobEvent[]): RunView =>
  afterEvents(view, 'b', REQUEST, events, now);
const names = ({ shown }: RunView): string[] => [...shown.rows.keys()];

describe('a run', () => {
  test('shows its progress, and how long the run and the stage have gone on', () => {
    const first = after(started(), 2000, stage('free-run', 1, 'conv1'));
    expect(first.state).toEqual({
      kind: 'running',
      job: 'b',
      progress: { stage: 'free-run', done: 1, total: 10, node: 'conv1', startedAt: 1000, stageAt: 2000 },
    });
    const second = after(first, 3000, stage('free-run', 4, 'conv2'));
    expect(second.state).toMatchObject({ progress: { done: 4, startedAt: 1000, stageAt: 2000 } });
    const third = after(second, 4000, stage('fed-run', 0));
    expect(third.state).toMatchObject({ progress: { stage: 'fed-run', startedAt: 1000, stageAt: 4000 } });
    expect(third.log).toEqual([
      { seconds: 1, stage: 'free-run', node: 'conv1' },
      { seconds: 3, stage: 'fed-run', node: '' },
    ]);
  });

  test('leaves what the run before gave until its own first rows', () => {
    const before = after(started(), 0, done('old1', 'old2'));
    const earlier: RunView = { ...before, shown: { ...before.shown, job: 'a' } };
    const begun = after(started(earlier), 2000, stage('open', 0));
    expect([names(begun), begun.shown.job, begun.shown.report !== undefined]).toEqual([
      ['old1', 'old2'],
      'a',
      true,
    ]);
    const first = after(begun, 2100, rows('t1'));
    expect([names(first), first.shown.job, first.shown.report]).toEqual([['t1'], 'b', undefined]);
    const second = after(first, 2200, rows('t2', 't1'));
    expect(names(second)).toEqual(['t1', 't2']);
    // What was handed out stays as it was.
    expect(names(first)).toEqual(['t1']);
  });

  test('ends with the rows of its report', () => {
    const view = after(started(), 5000, stage('diagnose', 1), rows('t1'), done('t1', 't2'));
    expect(view.state).toEqual({ kind: 'idle' });
    expect(names(view)).toEqual(['t1', 't2']);
    expect(view.shown).toMatchObject({ job: 'b', request: REQUEST });
  });

  test('that fails keeps the rows that it had finished', () => {
    const view = after(started(), 5000, rows('t1'), { type: 'failed', error: ERROR });
    expect(view.state).toEqual({ kind: 'failed', job: 'b', error: ERROR });
    expect([names(view), view.shown.report]).toEqual([['t1'], undefined]);
  });

  test('that fails at once keeps what the run before gave', () => {
    const before = after(started(), 0, done('old'));
    const view = after(started(before), 100, { type: 'failed', error: ERROR });
    expect([names(view), view.state.kind]).toEqual([['old'], 'failed']);
  });

  test('no events change nothing', () => {
    const view = started();
    expect(after(view, 9)).toEqual(view);
  });
});

describe('seconds left', () => {
  test.each<readonly [done: number, total: number, now: number, expected: number | undefined]>([
    [0, 10, 5000, undefined],
    [10, 10, 5000, undefined],
    [11, 10, 5000, undefined],
    [5, 10, 3000, 2],
    [1, 10, 2000, 9],
    [9, 10, 10_000, 1],
  ])('%i of %i at %i ms', (finished, total, now, expected) => {
    expect(secondsLeft({ ...RUNNING, done: finished, total }, now)).toBe(expected);
  });
});

describe('pairs made by hand', () => {
  test('are the map file that the engine reads', () => {
    const pairs = new Map([
      ['conv1/out', 'layers.0#0:output.0'],
      ['__proto__', 'a"b\\#1:output.0'],
    ]);
    const file = parseMapFile(mapText(pairs) ?? '', 'map.json');
    expect(file.pairs.map(({ candidate, entry }) => [candidate, entry])).toEqual([...pairs]);
  });

  test('none are no file', () => {
    expect(mapText(new Map())).toBeUndefined();
  });
});

describe('an answer', () => {
  const refusal = new LayerdiffError('engine-died', 'the engine is not connected');
  test.each<
    readonly [name: string, ask: () => Promise<number>, answer: Awaited<ReturnType<typeof answerOf<number>>>]
  >([
    ['that comes', () => Promise.resolve(7), { kind: 'there', value: 7 }],
    ['that is refused', () => Promise.reject(refusal), { kind: 'refused', error: errorToWire(refusal) }],
    [
      'that is refused before it is asked',
      () => {
        throw refusal;
      },
      { kind: 'refused', error: errorToWire(refusal) },
    ],
  ])('%s', async (_name, ask, answer) => {
    expect(await answerOf(ask)).toEqual(answer);
  });
});

describe('what can be shown of an answer', () => {
  test.each<readonly [remote: Parameters<typeof valueOf<number>>[0], value: number | undefined]>([
    [undefined, undefined],
    [{ kind: 'loading', before: undefined }, undefined],
    [{ kind: 'loading', before: 1 }, 1],
    [{ kind: 'there', value: 2 }, 2],
    [{ kind: 'refused', error: ERROR }, undefined],
  ])('%j: %j', (remote, value) => {
    expect(valueOf(remote)).toBe(value);
  });
});
