import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import type { DesktopService } from '../../src/service/desktop-service.ts';
import { desktopService } from '../../src/service/desktop-service.ts';
import { parentPort, portChannel } from '../../src/service/port-channel.ts';
import { utilityRunners } from '../../src/service/utility-runners.ts';
import type { FromService } from '../../src/shared/host-api.ts';
import { HOST_PROTOCOL, LARGE_MODEL_BYTES } from '../../src/shared/host-api.ts';
import type { EngineEvent } from '../../src/shared/progress.ts';
import { optionsFor } from '../support/compare-files.ts';
import { DEMO } from '../support/demo.ts';
import { modelBytes, node, value } from '../support/proto-model.ts';
import { channelPair } from './channel-pair.ts';
import { fakeEngines } from './fake-engine.ts';
import { FakePort } from './fake-port.ts';

describe('a port as a channel', () => {
  test('posts, starts with its first listener, and hands on the data', () => {
    const port = new FakePort();
    const channel = portChannel(port);
    channel.post({ a: 1 });
    port.arrive('early');
    const heard: unknown[] = [];
    channel.onMessage((message) => heard.push(message));
    port.arrive('late');
    expect(port.posted).toEqual([{ a: 1 }]);
    expect(heard).toEqual(['early', 'late']);
  });

  test('outside of a utility process there is no parent', () => {
    expect(() => parentPort()).toThrow('utility process');
  });
});

describe('runners of a utility process', () => {
  let folder: string;
  let posted: FromService[];
  let events: EngineEvent[];
  let gone: string[];
  const handlers = {
    onEvent: (event: EngineEvent) => events.push(event),
    onGone: (how: string, stderr: string) => gone.push(`${how} ${stderr}`),
  };
  const ORDER = { type: 'compare', options: optionsFor('/m', '/d') } as const;
  const STAGE: EngineEvent = { type: 'stage', stage: 'open', done: 0, total: 1, node: '' };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerdiff-runners-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    posted = [];
    events = [];
    gone = [];
  });

  const runners = (): ReturnType<typeof utilityRunners> => utilityRunners((message) => posted.push(message));
  const startIn = async (
    one: ReturnType<typeof utilityRunners>,
    candidate = DEMO.healthy,
  ): Promise<readonly [string, ReturnType<typeof one.start>]> => {
    const before = posted.length;
    const engine = one.start(candidate, handlers);
    // The model is looked at first, for its size.
    await vi.waitFor(() => expect(posted.length).toBeGreaterThan(before));
    const message = posted.at(-1);
    return [message?.type === 'start-runner' ? message.id : '', engine];
  };

  test('main is asked for one in the folder of the model', async () => {
    await startIn(runners());
    expect(posted).toMatchObject([{ type: 'start-runner', cwd: join(DEMO.healthy, '..') }]);
  });

  test('orders given before the process is there wait for it, in order', async () => {
    const all = runners();
    const [id, engine] = await startIn(all);
    engine.send(ORDER);
    const probe = {
      type: 'probe',
      id: 0,
      request: { tensor: 't', sample: 0, run: 'free', axes: undefined, values: { start: 0, count: 1 } },
    } as const;
    engine.send(probe);
    const port = new FakePort();
    // What the process says before anybody listens is not lost.
    port.arrive(STAGE);
    all.started(id, port);
    expect(port.posted).toEqual([ORDER, probe]);
    engine.send(ORDER);
    expect(port.posted).toEqual([ORDER, probe, ORDER]);
    expect(events).toEqual([STAGE]);
  });

  test('one that is stopped before main was asked never starts', async () => {
    const engine = runners().start(DEMO.healthy, handlers);
    engine.kill();
    expect(gone).toEqual(['stopped before it began ']);
    await startIn(runners());
    expect(posted).toHaveLength(1);
  });

  test.each(['kill', 'release'] as const)('%s asks main to end it', async (method) => {
    const [id, engine] = await startIn(runners());
    engine[method]();
    expect(posted.at(-1)).toEqual({ type: 'kill-runner', id });
  });

  test('its end is told once; one that never started too', async () => {
    const all = runners();
    const [id] = await startIn(all);
    all.gone(id, 'SIGKILL', 'last words');
    all.gone(id, 'SIGKILL', 'again');
    all.gone('unknown', 'exit code 1', '');
    expect(gone).toEqual(['SIGKILL last words']);
  });

  test('a port that comes too late is closed', async () => {
    const all = runners();
    const [id] = await startIn(all);
    all.gone(id, 'exit code 1', '');
    const port = new FakePort();
    all.started(id, port);
    expect(port.isClosed).toBe(true);
    expect(port.posted).toEqual([]);
  });

  test('each is told apart', async () => {
    const all = runners();
    const [first, firstEngine] = await startIn(all);
    const [second, secondEngine] = await startIn(all);
    const ports = [new FakePort(), new FakePort()] as const;
    all.started(second, ports[1]);
    all.started(first, ports[0]);
    firstEngine.send(ORDER);
    expect([ports[0].posted.length, ports[1].posted.length]).toEqual([1, 0]);
    secondEngine.kill();
    expect(posted.at(-1)).toEqual({ type: 'kill-runner', id: second });
  });

  test('the size is that of the file, or of the weights that lie beside it', async () => {
    const inline = join(folder, 'inline.onnx');
    const identity = {
      node: [node('Identity', ['x'], ['y'])],
      input: [value('x', 1, [1])],
      output: [{ name: 'y' }],
    };
    const bytes = modelBytes(identity);
    writeFileSync(inline, bytes);
    const external = join(folder, 'external.onnx');
    const weight = {
      name: 'w',
      dataType: 1,
      dims: [3 * 2 ** 28],
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'w.bin' },
        { key: 'length', value: String(3 * 2 ** 30) },
      ],
    };
    writeFileSync(external, modelBytes({ ...identity, initializer: [weight] }));
    const large = join(folder, 'large.onnx');
    writeFileSync(large, bytes);
    // A hole: large models are not read to be weighed.
    truncateSync(large, LARGE_MODEL_BYTES + 1);
    const all = runners();
    for (const file of [inline, external, large]) await startIn(all, file);
    expect(posted.map((message) => (message.type === 'start-runner' ? message.modelBytes : 0))).toEqual([
      bytes.length,
      3 * 2 ** 30,
      LARGE_MODEL_BYTES + 1,
    ]);
  });
});

describe('the service of the desktop', () => {
  const NOTHING = { candidate: undefined, reference: undefined, report: undefined };
  let posted: FromService[];
  let service: DesktopService;
  let fakes: ReturnType<typeof fakeEngines>;

  beforeEach(() => {
    posted = [];
    fakes = fakeEngines();
    service = desktopService((message) => posted.push(message), fakes.start)!;
  });
  afterEach(() => {
    for (const window of [1, 2]) service.closeWindow(window);
  });

  function open(window: number, candidate?: string): { client: EngineClient; opened: string[] } {
    const [own, other] = channelPair();
    service.openWindow(window, own, { ...NOTHING, candidate });
    const opened: string[] = [];
    const client = clientOver(other, {
      jobEvents: () => undefined,
      openFiles: (paths) => opened.push(...paths),
    });
    return { client, opened };
  }

  const COMPARE = {
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
  } as const;

  test('says that it is ready', () => {
    expect(posted).toEqual([{ type: 'ready', protocol: HOST_PROTOCOL }]);
  });

  test('greets each window with what it was opened with', async () => {
    const first = open(1, '/a.onnx');
    const second = open(2);
    expect(await first.client.hello(1)).toMatchObject({ candidate: '/a.onnx', root: '/' });
    expect(await second.client.hello(1)).toMatchObject({ candidate: undefined });
  });

  test('hands files to the window they are for, and to none that is gone', async () => {
    const first = open(1);
    const second = open(2);
    service.openFiles(2, ['/b.onnx']);
    service.openFiles(7, ['/c.onnx']);
    await delay(1);
    expect([first.opened, second.opened]).toEqual([[], ['/b.onnx']]);
  });

  test('a window that closes takes its run with it, and no other one', async () => {
    const first = open(1);
    const second = open(2);
    await first.client.compare(COMPARE);
    await second.client.compare(COMPARE);
    service.closeWindow(1);
    service.closeWindow(1);
    expect(fakes.engines.map(({ isKilled }) => isKilled)).toEqual([true, false]);
  });

  test('a window that is loaded again has a new channel; the old one starts nothing any more', async () => {
    const before = open(1, '/a.onnx');
    await before.client.compare(COMPARE);
    const after = open(1, '/a.onnx');
    expect(fakes.engines.map(({ isKilled }) => isKilled)).toEqual([true]);
    void before.client.compare(COMPARE);
    expect(await after.client.hello(1)).toMatchObject({ candidate: '/a.onnx' });
    expect(fakes.engines).toHaveLength(1);
    service.openFiles(1, ['/x']);
    await delay(1);
    expect([before.opened, after.opened]).toEqual([[], ['/x']]);
  });

  test('the end of a channel closes its window, but not one that has another channel by then', async () => {
    const channels = [channelPair(), channelPair()] as const;
    const ends = channels.map(([own]) => service.openWindow(1, own, NOTHING));
    const client = clientOver(channels[1][1], { jobEvents: () => undefined, openFiles: () => undefined });
    await client.compare(COMPARE);
    ends[0]?.();
    expect(await client.hello(1)).toMatchObject({ protocol: 1 });
    expect(fakes.engines.map(({ isKilled }) => isKilled)).toEqual([false]);
    ends[1]?.();
    expect(fakes.engines.map(({ isKilled }) => isKilled)).toEqual([true]);
  });
});
