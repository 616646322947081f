import { describe, expect, test } from 'vitest';
import { partialReport } from '../../src/engine/compare/partial.ts';
import type { EngineJob, RunEvent } from '../../src/service/engine-job.ts';
import { runJob } from '../../src/service/engine-job.ts';
import type { ProbeRequest, TensorProbe } from '../../src/shared/probe.ts';
import { optionsFor } from '../support/compare-files.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngines, rowOf } from './fake-engine.ts';

const OPTIONS = optionsFor('/models/m.onnx', '/models/dump');
const REPORT = partialReport(OPTIONS, [], 'made for a test');
const ask = (tensor: string): ProbeRequest => ({
  tensor,
  sample: 0,
  run: 'free',
  axes: undefined,
  values: { start: 0, count: 1 },
});
const probeOf = (count: number): TensorProbe => ({ count }) as TensorProbe;

function startJob(stays: boolean): { job: EngineJob; engine: FakeEngine; seen: RunEvent[] } {
  const { engines, start } = fakeEngines();
  const seen: RunEvent[] = [];
  const job = runJob(start, OPTIONS, (event) => seen.push(event), stays);
  return { job, engine: engines[0]!, seen };
}

const stage = (node: string): RunEvent => ({ type: 'stage', stage: 'free-run', done: 1, total: 2, node });

describe('a run', () => {
  test('is ordered at once, for its candidate, and hands on stages and rows in order', async () => {
    const { job, engine, seen } = startJob(false);
    expect(engine.candidate).toBe('/models/m.onnx');
    expect(engine.orders).toEqual([{ type: 'compare', options: OPTIONS }]);
    const events: RunEvent[] = [stage('a'), { type: 'row', row: rowOf('t') }, stage('')];
    for (const event of events) engine.say(event);
    engine.say({ type: 'done', report: REPORT });
    expect(await job.report).toBe(REPORT);
    expect(seen).toEqual(events);
  });

  test.each([
    [false, true],
    [true, false],
  ])('that stays for probes %s is released with its report: %s', async (stays, isReleased) => {
    const { job, engine } = startJob(stays);
    engine.say({ type: 'done', report: REPORT });
    await job.report;
    expect(engine.isReleased).toBe(isReleased);
    expect(engine.isKilled).toBe(false);
  });

  test('that is refused keeps the fields of the refusal, and lets the process go', async () => {
    const { job, engine } = startJob(true);
    engine.say({
      type: 'failed',
      error: { tag: 'bad-file', message: 'is cut', file: 'm', place: 'p', wayOut: 'w' },
    });
    await expect(job.report).rejects.toMatchObject({ tag: 'bad-file', file: 'm', place: 'p', wayOut: 'w' });
    expect(engine.isReleased).toBe(true);
  });
});

describe('the death of the process', () => {
  test.each([
    ['before any node', [], 'SIGABRT', '', { message: 'the engine died (SIGABRT)', place: undefined }],
    [
      'at a node',
      ['conv1', 'conv2', ''],
      'SIGSEGV',
      '',
      { message: 'the engine died (SIGSEGV)', place: 'node conv2' },
    ],
    [
      'with last words, which name their file without its folders',
      ['n'],
      'exit code 1',
      'first\n/opt/lib/node/ort.cc:12 assertion failed\n',
      { message: 'the engine died (exit code 1): ort.cc:12 assertion failed', place: 'node n' },
    ],
  ])('%s rejects the report', async (_name, nodes, how, stderr, expected) => {
    const { job, engine } = startJob(true);
    for (const node of nodes) engine.say(stage(node));
    engine.die(how, stderr);
    await expect(job.report).rejects.toMatchObject({ tag: 'engine-died', ...expected });
  });

  test('in the middle of a run rejects probes that wait for it, with the node', async () => {
    const { job, engine } = startJob(true);
    engine.say(stage('conv7'));
    const probe = job.probe(ask('t'));
    engine.die('SIGKILL');
    await expect(probe).rejects.toMatchObject({ tag: 'engine-died', place: 'node conv7' });
    await expect(job.report).rejects.toMatchObject({ tag: 'engine-died' });
  });

  test('after the run rejects each probe with its own tensor, not with the last node of the run', async () => {
    const { job, engine } = startJob(true);
    engine.say(stage('conv7'));
    engine.say({ type: 'done', report: REPORT });
    const probes = [job.probe(ask('a')), job.probe(ask('b'))];
    engine.die('SIGKILL');
    await expect(probes[0]).rejects.toMatchObject({ tag: 'engine-died', place: 'tensor a' });
    await expect(probes[1]).rejects.toMatchObject({ tag: 'engine-died', place: 'tensor b' });
    await expect(job.probe(ask('c'))).rejects.toMatchObject({ tag: 'engine-died' });
    expect(await job.report).toBe(REPORT);
    // Nobody is there to be asked.
    expect(engine.orders).toHaveLength(3);
  });
});

describe('probes', () => {
  test('are answered by their ids, whatever the order', async () => {
    const { job, engine } = startJob(true);
    engine.say({ type: 'done', report: REPORT });
    const [a, b, c] = [job.probe(ask('a')), job.probe(ask('b')), job.probe(ask('c'))];
    expect(engine.orders.slice(1)).toEqual([
      { type: 'probe', id: 0, request: ask('a') },
      { type: 'probe', id: 1, request: ask('b') },
      { type: 'probe', id: 2, request: ask('c') },
    ]);
    engine.say({ type: 'probed', id: 2, probe: probeOf(3) });
    engine.say({
      type: 'probe-failed',
      id: 0,
      error: { tag: 'bad-request', message: 'no such tensor', place: 'a' },
    });
    engine.say({ type: 'probed', id: 1, probe: probeOf(2) });
    // A second answer, and one that nobody asked for.
    engine.say({ type: 'probed', id: 1, probe: probeOf(9) });
    engine.say({ type: 'probed', id: 77, probe: probeOf(9) });
    await expect(a).rejects.toMatchObject({ tag: 'bad-request', message: 'no such tensor', place: 'a' });
    expect(await b).toEqual(probeOf(2));
    expect(await c).toEqual(probeOf(3));
  });
});

describe('cancelling', () => {
  test('kills the process; the report and waiting probes are rejected once it is gone', async () => {
    const { job, engine } = startJob(true);
    engine.say(stage('conv1'));
    const probe = job.probe(ask('a'));
    job.cancel();
    expect(engine.isKilled).toBe(true);
    engine.die('SIGKILL');
    await expect(job.report).rejects.toMatchObject({
      tag: 'cancelled',
      message: 'stopped',
      place: undefined,
    });
    await expect(probe).rejects.toMatchObject({ tag: 'cancelled' });
    await expect(job.probe(ask('b'))).rejects.toMatchObject({ tag: 'cancelled' });
  });

  test('after the report leaves the report', async () => {
    const { job, engine } = startJob(true);
    engine.say({ type: 'done', report: REPORT });
    job.cancel();
    engine.die('SIGKILL');
    expect(await job.report).toBe(REPORT);
  });
});
