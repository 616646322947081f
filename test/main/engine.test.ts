import { setTimeout as delay } from 'node:timers/promises';
import type { MessageChannelMain, MessagePortMain } from 'electron/main';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Child, Ended } from '../../src/main/engine/child.ts';
import { sentenceOf } from '../../src/main/engine/child.ts';
import { chooseHost } from '../../src/main/engine/choose-host.ts';
import type { EngineConnection, EngineHost } from '../../src/main/engine/engine-host.ts';
import { handshake } from '../../src/main/engine/handshake.ts';
import { nodeHost } from '../../src/main/engine/node-host.ts';
import { checkNode } from '../../src/main/engine/node-version.ts';
import { Runners } from '../../src/main/engine/runners.ts';
import { ServiceOwner } from '../../src/main/engine/service-owner.ts';
import { forkUtility } from '../../src/main/engine/utility-child.ts';
import { utilityHost } from '../../src/main/engine/utility-host.ts';
import { NOTHING } from '../../src/main/launch.ts';
import { HOST_PROTOCOL, LARGE_MODEL_BYTES } from '../../src/shared/host-api.ts';
import { app, FakeChannel, FakeUtility, utilityProcess } from './electron-fake.ts';
import type { FakePort } from './electron-fake.ts';

const READY = { type: 'ready', protocol: HOST_PROTOCOL };
const createChannel = (): MessageChannelMain => new FakeChannel() as unknown as MessageChannelMain;

/** A process of neither kind: says what the test says, remembers what it is told. */
class FakeChild implements Child {
  readonly posted: { readonly message: unknown; readonly ports: readonly FakePort[] }[] = [];
  killed = false;
  end: (ended: Ended) => void = () => undefined;
  readonly ended = new Promise<Ended>((resolve) => (this.end = resolve));
  readonly #handlers: ((message: unknown) => void)[] = [];

  post(message: unknown, ports: readonly MessagePortMain[] = []): void {
    this.posted.push({ message, ports: ports as unknown as readonly FakePort[] });
  }
  onMessage(handler: (message: unknown) => void): void {
    this.#handlers.push(handler);
  }
  say(message: unknown): void {
    for (const handler of this.#handlers) handler(message);
  }
  kill(): void {
    this.killed = true;
    this.end({ how: 'SIGKILL', stderr: '' });
  }
}

describe('start-up', () => {
  test('ready resolves; what is no message of ours is passed over', async () => {
    const child = new FakeChild();
    const started = handshake(child);
    for (const noise of [undefined, 7, {}, { type: 'unknown' }, { type: 'kill-runner', id: 'a' }])
      child.say(noise);
    child.say(READY);
    await started;
    expect(child.killed).toBe(false);
  });

  test.each<readonly [string, (child: FakeChild) => void, object]>([
    ['silence', () => undefined, { tag: 'engine-died', message: 'the engine did not start within 0.02 s' }],
    [
      'another build',
      (child) => child.say({ type: 'ready', protocol: 99 }),
      { tag: 'engine-died', message: 'the engine is of another version than the window' },
    ],
    [
      'an error of its own',
      (child) => child.say({ type: 'failed', error: { tag: 'runtime', message: 'no library', wayOut: 'x' } }),
      { tag: 'runtime', message: 'no library', wayOut: 'x' },
    ],
    [
      'an end',
      (child) => child.end({ how: 'exit code 1', stderr: 'a\nError: /opt/app/x.node: not found\n' }),
      { message: "the engine's process ended (exit code 1): Error: x.node: not found" },
    ],
  ])('%s is an error, and the process is killed', async (_name, act, error) => {
    const child = new FakeChild();
    const started = handshake(child, 20);
    act(child);
    await expect(started).rejects.toMatchObject(error);
    expect(child.killed).toBe(true);
  });
});

describe('the service in a utility process', () => {
  let child: FakeChild;
  let runner: FakeChild;
  let connection: EngineConnection;
  let plainNode: (() => FakeChild) | undefined;

  beforeEach(async () => {
    child = new FakeChild();
    runner = new FakeChild();
    plainNode = undefined;
    const host = utilityHost({
      fork: () => child,
      createChannel,
      runners: (post) =>
        new Runners({ post, createChannel, forkUtility: () => runner, spawnNode: () => plainNode }),
    });
    const starting = host.start();
    child.say(READY);
    connection = await starting;
  });

  const startRunner = (modelBytes = 10): void =>
    child.say({ type: 'start-runner', id: 'r1', env: { TMPDIR: '/scratch' }, cwd: '/models', modelBytes });
  const told = (type: string): unknown[] =>
    child.posted.map(({ message }) => message).filter((one) => (one as { type: string }).type === type);

  test('page and service get the two ends of one channel', async () => {
    const page = connection.openWindow(3, { ...NOTHING, candidate: '/m.onnx' }) as unknown as FakePort;
    const [{ message, ports }] = child.posted as [FakeChild['posted'][number]];
    expect(message).toEqual({ type: 'open-window', window: 3, launch: { ...NOTHING, candidate: '/m.onnx' } });
    const heard: unknown[] = [];
    ports[0]?.on('message', ({ data }: { data: unknown }) => heard.push(data));
    ports[0]?.start();
    page.postMessage({ hello: 1 });
    await delay(0);
    expect(heard).toEqual([{ hello: 1 }]);
    connection.openFiles(3, ['/b.onnx']);
    expect(told('open-files')).toEqual([{ type: 'open-files', window: 3, paths: ['/b.onnx'] }]);
  });

  test('a runner is linked to the service, told of its end, killed on demand', async () => {
    startRunner();
    expect(runner.posted[0]?.message).toEqual({ type: 'runner-port' });
    expect(told('runner-started')).toEqual([
      { type: 'runner-started', id: 'r1', host: 'electron', risky: false },
    ]);
    const [runnerEnd, serviceEnd] = [runner.posted[0]?.ports[0], child.posted.at(-1)?.ports[0]];
    expect(runnerEnd?.other).toBe(serviceEnd);
    child.say({ type: 'kill-runner', id: 'nobody' });
    expect(runner.killed).toBe(false);
    child.say({ type: 'kill-runner', id: 'r1' });
    expect(runner.killed).toBe(true);
    await delay(0);
    expect(told('runner-gone')).toEqual([{ type: 'runner-gone', id: 'r1', how: 'SIGKILL', stderr: '' }]);
  });

  test('a large model goes to the plain Node that was chosen', async () => {
    const node = new FakeChild();
    plainNode = () => node;
    startRunner(LARGE_MODEL_BYTES + 1);
    expect(told('runner-started')).toEqual([
      { type: 'runner-started', id: 'r1', host: 'node', risky: false },
    ]);
    const port = child.posted.at(-1)?.ports[0];
    const heard: unknown[] = [];
    port?.on('message', ({ data }: { data: unknown }) => heard.push(data));
    port?.start();
    port?.postMessage({ options: 1 });
    node.say({ type: 'row' });
    await delay(0);
    expect(node.posted).toEqual([{ message: { options: 1 }, ports: [] }]);
    expect(heard).toEqual([{ type: 'row' }]);
    node.end({ how: 'SIGTRAP', stderr: 'last words' });
    await delay(0);
    expect(port?.closed).toBe(true);
    expect(told('runner-gone')).toEqual([
      { type: 'runner-gone', id: 'r1', how: 'SIGTRAP', stderr: 'last words' },
    ]);
  });

  test('without one it goes on in Electron and says so; at the limit it is not large', () => {
    startRunner(LARGE_MODEL_BYTES + 1);
    startRunner(LARGE_MODEL_BYTES);
    expect(told('runner-started')).toMatchObject([
      { host: 'electron', risky: true },
      { host: 'electron', risky: false },
    ]);
  });

  test('one that cannot be started is gone at once', () => {
    plainNode = () => {
      throw new Error('no such program');
    };
    startRunner(LARGE_MODEL_BYTES + 1);
    expect(child.posted.map(({ message }) => message)).toEqual([
      { type: 'runner-gone', id: 'r1', how: 'Error: no such program', stderr: '' },
    ]);
  });

  test('its end ends the runners', async () => {
    startRunner();
    child.end({ how: 'oom, exit code 5', stderr: '' });
    expect(await connection.gone).toBe("the engine's process ended (oom, exit code 5)");
    expect(runner.killed).toBe(true);
  });
});

describe('the service in a plain Node', () => {
  let child: FakeChild;
  let connection: EngineConnection;

  beforeEach(async () => {
    child = new FakeChild();
    const starting = nodeHost(() => child, createChannel).start();
    child.say(READY);
    connection = await starting;
  });

  test('main passes on what page and service say', async () => {
    const page = connection.openWindow(3, NOTHING) as unknown as FakePort;
    const heard: unknown[] = [];
    page.on('message', ({ data }: { data: unknown }) => heard.push(data));
    page.start();
    page.postMessage(['call', new Float32Array([1, 2])]);
    child.say({ type: 'window-message', window: 3, message: { answer: new Float64Array([3]) } });
    child.say({ type: 'window-message', window: 4, message: 'to nobody' });
    await delay(0);
    expect(child.posted.map(({ message }) => message)).toEqual([
      { type: 'open-window', window: 3, launch: NOTHING },
      { type: 'window-message', window: 3, message: ['call', new Float32Array([1, 2])] },
    ]);
    expect(heard).toEqual([{ answer: new Float64Array([3]) }]);
  });

  test('a window that closes is told; one that was loaded again is not', () => {
    const first = connection.openWindow(3, NOTHING) as unknown as FakePort;
    const second = connection.openWindow(3, NOTHING) as unknown as FakePort;
    expect(first.closed).toBe(true);
    const closings = (): unknown[] =>
      child.posted
        .map(({ message }) => message)
        .filter((one) => (one as { type: string }).type === 'close-window');
    expect(closings()).toEqual([]);
    second.close();
    expect(closings()).toEqual([{ type: 'close-window', window: 3 }]);
  });
});

test('a model beyond the limit starts the service in the chosen Node', () => {
  const utility = {} as EngineHost;
  const node = {} as EngineHost;
  const hosts = { utility, node: () => node };
  const launch = { ...NOTHING, candidate: '/m.onnx' };
  const large = (): number => LARGE_MODEL_BYTES + 1;
  expect(chooseHost(hosts, launch, '/usr/bin/node', large)).toBe(node);
  expect(chooseHost(hosts, launch, '/usr/bin/node', () => LARGE_MODEL_BYTES)).toBe(utility);
  expect(chooseHost(hosts, launch, undefined, large)).toBe(utility);
  expect(chooseHost(hosts, NOTHING, '/usr/bin/node', large)).toBe(utility);
  expect(chooseHost(hosts, { ...NOTHING, candidate: '/none.onnx' }, '/usr/bin/node')).toBe(utility);
});

describe('the owner of the service', () => {
  class FakeConnection implements EngineConnection {
    readonly files: unknown[] = [];
    stopped = false;
    die: (reason: string) => void = () => undefined;
    readonly gone = new Promise<string>((resolve) => (this.die = resolve));
    openWindow(window: number): MessagePortMain {
      return { window } as unknown as MessagePortMain;
    }
    openFiles(window: number, paths: readonly string[]): void {
      this.files.push([window, ...paths]);
    }
    stop(): void {
      this.stopped = true;
      this.die('stopped');
    }
  }
  let connections: FakeConnection[];
  let told: (readonly [string, number | undefined])[];
  let failure: Error | undefined;
  let starting: Promise<void>;
  let owner: ServiceOwner;

  beforeEach(() => {
    [connections, told, failure, starting] = [[], [], undefined, Promise.resolve()];
    owner = new ServiceOwner(
      () => ({
        start: async () => {
          await starting;
          if (failure !== undefined) throw failure;
          connections.push(new FakeConnection());
          return connections.at(-1)!;
        },
      }),
      (reason, except) => void told.push([reason, except]),
    );
  });

  test('one start serves all windows', async () => {
    expect(owner.openFiles(1, ['/a'])).toBe(false);
    const ports = await Promise.all([owner.connect(1, NOTHING), owner.connect(2, NOTHING)]);
    expect(ports).toEqual([{ window: 1 }, { window: 2 }]);
    expect(connections.length).toBe(1);
    expect(owner.openFiles(1, ['/a'])).toBe(true);
    expect(connections[0]?.files).toEqual([[1, '/a']]);
  });

  test('its death is told to every window, and the next call starts another', async () => {
    await owner.connect(1, NOTHING);
    connections[0]?.die('it ended');
    await delay(0);
    expect(told).toEqual([['it ended', undefined]]);
    expect(owner.openFiles(1, ['/a'])).toBe(false);
    await owner.connect(1, NOTHING);
    expect(connections.length).toBe(2);
  });

  test('a failed start is an answer, and is tried again', async () => {
    failure = new Error('ENOENT');
    await expect(owner.connect(1, NOTHING)).rejects.toMatchObject({ tag: 'engine-died' });
    failure = undefined;
    expect(await owner.connect(1, NOTHING)).toEqual({ window: 1 });
    expect(told).toEqual([]);
  });

  test('a restart is told to the others, once', async () => {
    await owner.connect(1, NOTHING);
    expect(await owner.restart(1, NOTHING)).toEqual({ window: 1 });
    await delay(0);
    expect(connections.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(told).toEqual([['the engine was restarted from another window', 1]]);
  });

  test('a stop during the start leaves nothing running', async () => {
    let go: () => void = () => undefined;
    starting = new Promise((resolve) => (go = resolve));
    const first = owner.connect(1, NOTHING);
    owner.stop();
    go();
    await expect(first).rejects.toMatchObject({ tag: 'cancelled' });
    expect(connections[0]?.stopped).toBe(true);
    await owner.connect(1, NOTHING);
    expect(connections.length).toBe(2);
    expect(told).toEqual([]);
  });
});

describe('a utility process', () => {
  const killed: number[] = [];
  const fork = (): readonly [Child, FakeUtility] => {
    const ports = {
      fork: utilityProcess.fork,
      app: app as never,
      kill: (pid: number) => void killed.push(pid),
    };
    const child = forkUtility(ports, '/build/entry.js', { name: 'layerdiff-x', env: { A: '1' }, cwd: '/m' });
    return [child, FakeUtility.all.at(-1)!];
  };

  test('gets its environment, folder and name, and its last words are heard', async () => {
    const [child, utility] = fork();
    expect(utility.entry).toBe('/build/entry.js');
    expect(utility.options).toMatchObject({
      serviceName: 'layerdiff-x',
      cwd: '/m',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { A: '1', PATH: process.env['PATH'] },
    });
    const say = (text: string): void => void utility.stderr.emit('data', new TextEncoder().encode(text));
    say('x'.repeat(5000));
    say('\nError: 张量');
    utility.emit('exit', 1);
    const ended = await child.ended;
    expect(ended.how).toBe('exit code 1');
    expect(ended.stderr.length).toBe(4000);
    expect(sentenceOf(ended)).toBe("the engine's process ended (exit code 1): Error: 张量");
    expect(app.listenerCount('child-process-gone')).toBe(0);
  });

  test('child-process-gone says why, for this process alone', async () => {
    const [child, utility] = fork();
    app.emit('child-process-gone', {}, { name: 'layerdiff-y', reason: 'crashed', exitCode: 1 });
    app.emit('child-process-gone', {}, { name: 'layerdiff-x', reason: 'oom', exitCode: 5 });
    utility.emit('exit', 5);
    expect((await child.ended).how).toBe('oom, exit code 5');
  });

  test('is killed even while the runtime holds its thread', () => {
    const [child, utility] = fork();
    child.kill();
    expect(utility.killed).toBe(true);
    expect(killed).toEqual([4242]);
  });
});

describe('the Node for large models', () => {
  test.each([
    ['v20.19.0', true],
    ['v24.1.0\n', true],
    ['v20.18.3', false],
    ['v18.20.0', false],
    ['Python 3.12', false],
    ['', false],
  ])('%j: %s', async (answer, fits) => {
    const checked = checkNode('/usr/bin/it', () => Promise.resolve(answer));
    if (fits) await expect(checked).resolves.toBeUndefined();
    else await expect(checked).rejects.toMatchObject({ tag: 'bad-request', file: '/usr/bin/it' });
  });

  test('the real one answers; what cannot be run is no Node', async () => {
    await expect(checkNode(process.execPath)).resolves.toBeUndefined();
    await expect(checkNode('/nonexistent/node')).rejects.toMatchObject({ message: 'is not Node.js' });
  });
});

vi.setConfig({ testTimeout: 10_000 });
