import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JobEvents } from '../../src/service/job-events.ts';
import type { JobEvent } from '../../src/shared/contract.ts';
import type { WireError } from '../../src/shared/errors.ts';
import { seeded } from '../support/random.ts';
import { rowOf } from './fake-engine.ts';

const FAILED: WireError = { tag: 'cancelled', message: 'stopped' };

interface Batch {
  readonly at: number;
  readonly batch: number;
  readonly events: readonly JobEvent[];
}
let batches: Batch[];
let events: JobEvents;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  batches = [];
  events = new JobEvents((batch, some) => batches.push({ at: Date.now(), batch, events: some }));
});
afterEach(() => void vi.useRealTimers());

const stage = (done: number): Extract<JobEvent, { type: 'stage' }> => ({
  type: 'stage',
  stage: 'free-run',
  done,
  total: 100,
  node: `n${done}`,
});
const row = (name: string, sample = 0): void => events.add({ type: 'row', row: rowOf(name, { sample }) });
const rowsIn = (batch: Batch | undefined): string[] =>
  (batch?.events ?? []).flatMap((event) =>
    event.type === 'rows' ? event.rows.map(({ name, sample }) => `${name}/${sample}`) : [],
  );

describe('a batch', () => {
  test('comes a tenth of a second after its first event, with the last stage and the last row of each tensor', () => {
    events.add(stage(1));
    row('a', 0);
    vi.advanceTimersByTime(60);
    events.add(stage(2));
    row('b', 0);
    row('a', 1);
    vi.advanceTimersByTime(39);
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(batches.map(({ at, batch }) => [at, batch])).toEqual([[100, 1]]);
    expect(batches[0]?.events[0]).toEqual(stage(2));
    expect(rowsIn(batches[0])).toEqual(['a/1', 'b/0']);
  });

  test('is not sent without events', () => {
    vi.advanceTimersByTime(1000);
    events.acknowledge(0);
    expect(batches).toEqual([]);
  });

  test('comes at most ten times a second, however fast a run speaks', () => {
    for (let millis = 0; millis < 2000; millis++) {
      events.add(stage(millis));
      vi.advanceTimersByTime(1);
      if (batches.length > 0) events.acknowledge(batches.length);
    }
    const gaps = batches.slice(1).map(({ at }, index) => at - (batches[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect(batches.length).toBeGreaterThan(10);
  });
});

describe('a window that does not acknowledge', () => {
  const talk = (millis: number): void => {
    for (let at = 0; at < millis; at += 50) {
      row(`r${at}`);
      vi.advanceTimersByTime(50);
    }
  };

  test('gets three batches and no more', () => {
    talk(3000);
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 3]);
  });

  test('gets what waited as one batch once it acknowledges one', () => {
    talk(3000);
    const held = batches.flatMap(rowsIn);
    events.acknowledge(1);
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 3, 4]);
    expect([...held, ...rowsIn(batches[3])]).toEqual(
      Array.from({ length: 60 }, (_, index) => `r${index * 50}/0`),
    );
    events.acknowledge(1);
    expect(batches).toHaveLength(4);
  });

  test('acknowledging a later batch covers the earlier ones', () => {
    talk(500);
    events.acknowledge(3);
    talk(1000);
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is told the end once it acknowledges, after all rows', () => {
    talk(1000);
    events.end({ type: 'failed', error: FAILED });
    expect(batches).toHaveLength(3);
    events.acknowledge(1);
    const last = batches.at(-1);
    expect(last?.events.at(-1)).toEqual({ type: 'failed', error: FAILED });
    expect(batches.flatMap(rowsIn)).toHaveLength(20);
    events.acknowledge(4);
    vi.advanceTimersByTime(1000);
    expect(batches).toHaveLength(4);
  });
});

describe('the end', () => {
  test('goes at once, behind what was gathered', () => {
    events.add(stage(1));
    row('a');
    events.end({ type: 'failed', error: FAILED });
    expect(batches.map(({ at }) => at)).toEqual([0]);
    expect(batches[0]?.events.map(({ type }) => type)).toEqual(['stage', 'rows', 'failed']);
    vi.advanceTimersByTime(1000);
    expect(batches).toHaveLength(1);
  });
});

test.each([1, 2, 3, 4, 5])('nothing is lost and the end is last, seed %i', (seed) => {
  const random = seeded(seed);
  const latest = new Map<string, number>();
  for (let step = 0; step < 500; step++) {
    const name = `t${Math.floor(random() * 40)}`;
    latest.set(name, step);
    row(name, step);
    if (random() < 0.3) events.add(stage(step));
    vi.advanceTimersByTime(Math.floor(random() * 60));
    if (random() < 0.2 && batches.length > 0) events.acknowledge(Math.ceil(random() * batches.length));
  }
  events.end({ type: 'failed', error: FAILED });
  for (let batch = 1; batch <= batches.length; batch++) events.acknowledge(batch);
  vi.advanceTimersByTime(1000);
  const seen = new Map<string, number>();
  for (const batch of batches) {
    for (const event of batch.events)
      if (event.type === 'rows') for (const { name, sample } of event.rows) seen.set(name, sample);
  }
  expect(seen).toEqual(latest);
  const all = batches.flatMap((batch) => batch.events);
  expect(all.filter(({ type }) => type === 'failed')).toHaveLength(1);
  expect(all.at(-1)).toEqual({ type: 'failed', error: FAILED });
});
