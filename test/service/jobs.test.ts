import { beforeEach, describe, expect, test, vi } from 'vitest';
import { partialReport } from '../../src/engine/compare/partial.ts';
import { Jobs } from '../../src/service/jobs.ts';
import type { JobEvent } from '../../src/shared/contract.ts';
import type { ProbeRequest, TensorProbe } from '../../src/shared/probe.ts';
import { optionsFor } from '../support/compare-files.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngines, rowOf } from './fake-engine.ts';

const OPTIONS = optionsFor('/models/m.onnx', '/models/dump');
const report = (what: string): ReturnType<typeof partialReport> => partialReport(OPTIONS, [], what);
const PROBE: ProbeRequest = {
  tensor: 't',
  sample: 0,
  run: 'free',
  axes: undefined,
  values: { start: 0, count: 1 },
};

let engines: FakeEngine[];
let jobs: Jobs;
let told: { job: string; batch: number; events: readonly JobEvent[] }[];
const ended = vi.fn();

beforeEach(() => {
  const fakes = fakeEngines();
  engines = fakes.engines;
  told = [];
  ended.mockReset();
  jobs = new Jobs(fakes.start, {
    jobEvents: (job, batch, events) => told.push({ job, batch, events }),
    openFiles: () => undefined,
  });
});

const start = (): string => jobs.start(OPTIONS, ended);
const lastFor = (job: string): JobEvent | undefined =>
  told.flatMap((one) => (one.job === job ? one.events : [])).at(-1);
/** What was promised has been done. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a run', () => {
  test('tells its rows and its report, and can then be exported and looked into', async () => {
    const job = start();
    engines[0]?.say({ type: 'row', row: rowOf('a') });
    const done = report('done');
    engines[0]?.say({ type: 'done', report: done });
    await settle();
    expect(told.map(({ batch, events }) => [batch, events.map(({ type }) => type)])).toEqual([
      [1, ['rows', 'done']],
    ]);
    expect(jobs.report(job)).toBe(done);
    expect(ended).toHaveBeenCalledTimes(1);
    const probe = jobs.probe(job, PROBE);
    engines[0]?.say({ type: 'probed', id: 0, probe: { count: 6 } as TensorProbe });
    expect(await probe).toEqual({ count: 6 });
  });

  test('that dies leaves a report of the rows that it had finished', async () => {
    const job = start();
    engines[0]?.say({ type: 'stage', stage: 'free-run', done: 1, total: 2, node: 'conv1' });
    for (const name of ['a', 'b', 'a']) engines[0]?.say({ type: 'row', row: rowOf(name) });
    engines[0]?.die('SIGKILL');
    await settle();
    expect(lastFor(job)).toEqual({
      type: 'failed',
      error: { tag: 'engine-died', message: 'the engine died (SIGKILL)', place: 'node conv1' },
    });
    const partial = jobs.report(job);
    expect(partial.tensors.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(partial.verdict.sentence).toBe(
      'not comparable: node conv1: the engine died (SIGKILL); 2 tensors were finished before that.',
    );
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test('that is cancelled says so, and keeps its rows', async () => {
    const job = start();
    engines[0]?.say({ type: 'row', row: rowOf('a') });
    jobs.cancel(job);
    expect(engines[0]?.isKilled).toBe(true);
    engines[0]?.die('SIGKILL');
    await settle();
    expect(lastFor(job)).toMatchObject({ type: 'failed', error: { tag: 'cancelled' } });
    expect(jobs.report(job).tensors).toHaveLength(1);
  });

  test('has no report before its end', () => {
    const job = start();
    expect(() => jobs.report(job)).toThrow(expect.objectContaining({ tag: 'bad-request' }));
  });

  test('that cannot be started puts away what was put aside for it', () => {
    const refusing = new Jobs(
      () => {
        throw new Error('no process');
      },
      { jobEvents: () => undefined, openFiles: () => undefined },
    );
    expect(() => refusing.start(OPTIONS, ended)).toThrow('no process');
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

describe('a new run', () => {
  test('ends the one before; each tells its own events', async () => {
    const first = start();
    engines[0]?.say({ type: 'row', row: rowOf('a') });
    const second = start();
    expect(engines.map(({ isKilled }) => isKilled)).toEqual([true, false]);
    engines[0]?.die('SIGKILL');
    engines[1]?.say({ type: 'done', report: report('second') });
    await settle();
    expect(lastFor(first)).toMatchObject({ type: 'failed', error: { tag: 'cancelled' } });
    expect(lastFor(second)).toMatchObject({ type: 'done' });
    expect(first).not.toBe(second);
  });

  test('also ends the process that stays for probes after a finished one', async () => {
    const first = start();
    engines[0]?.say({ type: 'done', report: report('first') });
    await settle();
    start();
    expect(engines[0]?.isKilled).toBe(true);
    engines[0]?.die('SIGKILL');
    await expect(jobs.probe(first, PROBE)).rejects.toMatchObject({ tag: 'cancelled' });
  });

  test('leaves the report that is shown until then, and no earlier one', async () => {
    const ids = [start()];
    engines[0]?.say({ type: 'done', report: report('0') });
    await settle();
    ids.push(start());
    expect(jobs.report(ids[0]!).weights.note).toBe('0');
    engines[1]?.say({ type: 'done', report: report('1') });
    await settle();
    ids.push(start());
    expect(jobs.report(ids[1]!).weights.note).toBe('1');
    expect(() => jobs.report(ids[0]!)).toThrow('there is no report yet');
  });

  test('leaves a report from a file that is shown, also when one was opened before the last run', async () => {
    jobs.keepReport(report('file 1'));
    start();
    engines[0]?.say({ type: 'done', report: report('run') });
    await settle();
    jobs.keepReport(report('file 2'));
    start();
    expect(jobs.report('opened').weights.note).toBe('file 2');
  });
});

describe('without an engine', () => {
  test.each(['opened', 'no such job', '__proto__'])('%s: a probe is refused with a way out', async (job) => {
    jobs.keepReport(report('file'));
    await expect(jobs.probe(job, PROBE)).rejects.toMatchObject({
      tag: 'bad-request',
      wayOut: 'open model and reference, and run the comparison',
    });
  });

  test('a report from a file can be exported', () => {
    const kept = report('file');
    expect(jobs.keepReport(kept)).toBe(kept);
    expect(jobs.report('opened')).toBe(kept);
  });

  test('cancelling and acknowledging what is not there do nothing', () => {
    jobs.cancel('no such job');
    jobs.acknowledge('no such job', 3);
    jobs.cancel('opened');
    expect(told).toEqual([]);
  });
});

test('closing ends every process', async () => {
  start();
  jobs.close();
  expect(engines.map(({ isKilled }) => isKilled)).toEqual([true]);
  engines[0]?.die('SIGKILL');
  await settle();
  expect(ended).toHaveBeenCalledTimes(1);
});
