import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import type { ParentPort, Port } from '../../src/service/port-channel.ts';
import type { FromService, ToService } from '../../src/shared/host-api.ts';
import { optionsFor } from '../support/compare-files.ts';
import { DEMO } from '../support/demo.ts';
import { FakePort } from './fake-port.ts';

type MainListener = Parameters<ParentPort['on']>[1];

/** `process.parentPort` of a utility process: what main says, and what it is told. */
class FakeParent implements ParentPort {
  readonly posted: unknown[] = [];
  #listener: MainListener | undefined;

  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  on(_event: 'message', listener: MainListener): void {
    this.#listener = listener;
  }
  say(data: unknown, ...ports: Port[]): void {
    this.#listener?.({ data, ports });
  }
}

/** However busy the machine is. */
const SOON = { timeout: 60_000 };

let parent: FakeParent;
const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);

beforeEach(() => {
  parent = new FakeParent();
  Object.defineProperty(process, 'parentPort', { value: parent, configurable: true });
  vi.resetModules();
  exit.mockClear();
});
afterEach(() => {
  Reflect.deleteProperty(process, 'parentPort');
});
afterAll(() => exit.mockRestore());

const LAUNCH = { candidate: '/given.onnx', reference: undefined, report: undefined };

describe('the service in a utility process', () => {
  const say = (message: ToService, ...ports: Port[]): void => parent.say(message, ...ports);
  /** A window at the far end of a port. */
  function windowAt(port: FakePort): { client: EngineClient; opened: string[] } {
    const opened: string[] = [];
    let hear: (message: unknown) => void = () => undefined;
    port.postMessage = (message) => {
      queueMicrotask(() => hear(structuredClone(message)));
    };
    const client = clientOver(
      {
        post: (message) => port.arrive(structuredClone(message)),
        onMessage: (handler) => (hear = handler),
      },
      { jobEvents: () => undefined, openFiles: (paths) => opened.push(...paths) },
    );
    return { client, opened };
  }
  const messages = (type: FromService['type']): FromService[] =>
    (parent.posted as FromService[]).filter((message) => message.type === type);

  beforeEach(async () => {
    await import('../../src/service/utility-entry.ts');
  });

  test('is ready, answers windows, hands them files', async () => {
    expect(parent.posted).toEqual([{ type: 'ready', protocol: 1 }]);
    const port = new FakePort();
    const { client, opened } = windowAt(port);
    say({ type: 'open-window', window: 4, launch: LAUNCH }, port);
    expect(await client.hello(1)).toMatchObject({ candidate: '/given.onnx' });
    say({ type: 'open-files', window: 4, paths: ['/a.onnx'] });
    say({ type: 'open-files', window: 5, paths: ['/b.onnx'] });
    // Neither without a port nor for a plain Node.
    say({ type: 'open-window', window: 6, launch: LAUNCH });
    say({ type: 'window-message', window: 4, message: 'x' });
    await delay(1);
    expect(opened).toEqual(['/a.onnx']);
  });

  test('a run is asked for from main, and ends with its window', async () => {
    const port = new FakePort();
    const { client } = windowAt(port);
    say({ type: 'open-window', window: 1, launch: LAUNCH }, port);
    await client.compare({
      candidate: DEMO.healthy,
      reference: DEMO.dump,
      inputs: [],
      image: undefined,
      ignoreWhere: undefined,
      head: undefined,
      deployed: undefined,
      map: undefined,
      sample: undefined,
      optimization: 'disabled',
      provider: 'cpu',
      memoryBytes: 2 ** 29,
      threads: 1,
      atol: undefined,
      rtol: undefined,
    });
    await expect.poll(() => messages('start-runner'), SOON).toHaveLength(1);
    const [asked] = messages('start-runner');
    const id = asked?.type === 'start-runner' ? asked.id : '';
    const runner = new FakePort();
    say({ type: 'runner-started', id, host: 'electron', risky: false }, runner);
    expect(runner.posted).toMatchObject([{ type: 'compare', options: { candidate: DEMO.healthy } }]);
    port.lose();
    expect(messages('kill-runner')).toEqual([{ type: 'kill-runner', id }]);
    say({ type: 'runner-gone', id, how: 'SIGKILL', stderr: '' });
    await delay(150);
  });

  test('the late end of a port from before does not close the page that was loaded again', async () => {
    const before = new FakePort();
    say({ type: 'open-window', window: 1, launch: LAUNCH }, before);
    const after = new FakePort();
    const { client } = windowAt(after);
    say({ type: 'open-window', window: 1, launch: LAUNCH }, after);
    before.lose();
    expect(await client.hello(1)).toMatchObject({ protocol: 1 });
  });
});

describe('a runner in a utility process', () => {
  beforeEach(async () => {
    await import('../../src/service/runner-utility-entry.ts');
  });

  test('answers orders on the port that main hands over, and ends with it', async () => {
    const port = new FakePort();
    parent.say({ type: 'runner-port' });
    parent.say({ type: 'runner-port' }, port);
    port.arrive({ type: 'compare', options: optionsFor('/no/such/model.onnx', DEMO.dump) });
    port.arrive({
      type: 'probe',
      id: 5,
      request: { tensor: 't', sample: 0, run: 'free', axes: undefined, values: { start: 0, count: 1 } },
    });
    await expect.poll(() => port.posted.length, SOON).toBeGreaterThan(2);
    expect(port.posted).toMatchObject([
      { type: 'stage', stage: 'open' },
      { type: 'failed', error: { tag: 'bad-file', file: '/no/such/model.onnx' } },
      { type: 'probe-failed', id: 5, error: { tag: 'bad-request' } },
    ]);
    expect(exit).not.toHaveBeenCalled();
    port.lose();
    expect(exit).toHaveBeenCalledTimes(1);
  });
});

test('outside of a utility process it says so', async () => {
  Reflect.deleteProperty(process, 'parentPort');
  await expect(import('../../src/service/utility-entry.ts')).rejects.toThrow('utility process');
});
