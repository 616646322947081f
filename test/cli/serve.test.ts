import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import type { JobEvent } from '../../src/shared/contract.ts';
import { decodeFrame, encodeFrame } from '../../src/shared/frame.ts';
import { DEMO } from '../support/demo.ts';
import { CLI, linesOf, runCli } from '../support/run-cli.ts';

/** However busy the machine is. */
const SOON = { timeout: 60_000 };

let folder: string;
let temporary: string;
let servers: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-cli-serve-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  mkdirSync(join(folder, 'cwd'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly server: ChildProcess;
  readonly lines: readonly string[];
  readonly stderr: () => string;
  readonly url: string;
}

/** The command line as a user starts it, once it has said that it can be stopped. */
async function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const server = spawn(process.execPath, [CLI, ...args], {
    cwd: join(folder, 'cwd'),
    env: {
      ...process.env,
      TMPDIR: temporary,
      SSH_CONNECTION: '',
      // Wherever the binary is, these tests are of the served window.
      ELECTRON_OVERRIDE_DIST_PATH: folder,
      ...environment,
    },
  });
  servers.push(server);
  let stdout = '';
  let stderr = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await new Promise<void>((resolve, reject) => {
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('Ctrl-C')) resolve();
    });
    server.once('exit', () => reject(new Error(`ended: ${stdout}${stderr}`)));
  });
  const url = /http:\S+/.exec(stdout)?.[0] ?? '';
  return { server, lines: linesOf(stdout), stderr: () => stderr, url };
}

interface Tab {
  readonly client: EngineClient;
  readonly events: JobEvent[];
  readonly closed: Promise<number>;
}

/** A tab as a browser opens it: the token becomes a cookie, the cookie opens the socket. */
async function openTab(url: string): Promise<Tab> {
  const { origin } = new URL(url);
  const page = await fetch(url, { redirect: 'manual' });
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, { headers: { cookie, origin } });
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  const events: JobEvent[] = [];
  const client: EngineClient = clientOver(
    {
      post: (message) => socket.send(encodeFrame(message)),
      onMessage: (handler) => socket.on('message', (data) => handler(decodeFrame(data as Buffer))),
    },
    {
      jobEvents: (job, batch, some) => {
        events.push(...some);
        void client.acknowledge(job, batch).catch(() => undefined);
      },
      openFiles: () => undefined,
    },
  );
  await once(socket, 'open');
  return { client, events, closed };
}

const COMPARE = {
  candidate: DEMO.faulty,
  reference: DEMO.dump,
  inputs: [],
  image: undefined,
  ignoreWhere: undefined,
  head: undefined,
  deployed: undefined,
  map: '{"schema":"layerdiff.map/1","pairs":[],"ignore":[]}',
  sample: undefined,
  optimization: 'disabled',
  provider: 'cpu',
  memoryBytes: 2 ** 29,
  threads: 1,
  atol: undefined,
  rtol: undefined,
} as const;

function childrenOf(pid: number | undefined): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(server, 'exit') as Promise<[number | null]>;
  server.kill(signal);
  return (await exit)[0];
}

describe('serve prints', () => {
  test('the address, with a token, and how to stop it', async () => {
    const { server, lines, stderr, url } = await start(['serve', DEMO.faulty, '--port', '0']);
    expect(lines).toEqual([
      expect.stringMatching(/^layerdiff: open http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/),
      'layerdiff: stop with Ctrl-C',
    ]);
    expect(stderr()).toBe('');
    const { client } = await openTab(url);
    expect(await client.hello(1)).toMatchObject({ candidate: DEMO.faulty, root: join(folder, 'cwd') });
    expect(await stop(server, 'SIGTERM')).toBe(0);
  });

  test('the line of the tunnel where it was started over SSH', async () => {
    const { server, lines, url } = await start(['serve', '--port', '0'], {
      SSH_CONNECTION: '192.0.2.7 50022 2001:db8::3 2222',
    });
    const { port } = new URL(url);
    expect(lines[1]).toBe(
      `layerdiff: from your own machine first: ssh -N -L ${port}:127.0.0.1:${port} -p 2222 ${userInfo().username}@2001:db8::3`,
    );
    expect(await stop(server, 'SIGTERM')).toBe(0);
  });

  test('a warning where others can reach it', async () => {
    const { server, stderr, url } = await start(['serve', '--port', '0', '--host', '0.0.0.0']);
    expect(url).toContain('http://127.0.0.1:');
    expect(stderr()).toBe(
      'layerdiff: warning: listening on 0.0.0.0: whoever has the address can read every file under .\n',
    );
    expect(await stop(server, 'SIGTERM')).toBe(0);
  });

  test('without Electron, view serves the window and says why', async () => {
    const { server, lines, url } = await start(['view', DEMO.faulty, DEMO.dump]);
    expect(lines[0]).toBe('layerdiff: Electron is not installed here: serving the window instead');
    const { client } = await openTab(url);
    expect(await client.hello(1)).toMatchObject({ candidate: DEMO.faulty, reference: DEMO.dump });
    expect(await stop(server, 'SIGINT')).toBe(0);
  });

  test('a window may look at its files by the names they were given, also by links', async () => {
    const link = join(folder, 'link.onnx');
    symlinkSync(DEMO.faulty, link);
    const { server, url } = await start(['serve', link, DEMO.dump, '--port', '0']);
    const { client } = await openTab(url);
    const hello = await client.hello(1);
    expect(hello.candidate).toBe(link);
    expect((await client.openModel(link)).nodes.length).toBeGreaterThan(10);
    expect((await client.openReference(hello.reference ?? '')).name).toBe('dump');
    await expect(client.openModel('/etc/passwd')).rejects.toMatchObject({ tag: 'bad-request' });
    expect(await stop(server, 'SIGTERM')).toBe(0);
  });
});

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s in the middle of a run leaves no process and no folder behind, and the status is 0',
    async (signal) => {
      const { server, url } = await start(['serve', '--port', '0']);
      const tab = await openTab(url);
      await tab.client.compare(COMPARE);
      await expect.poll(() => childrenOf(server.pid).length, SOON).toBeGreaterThan(0);
      const engines = childrenOf(server.pid);
      expect(readdirSync(temporary).length).toBeGreaterThan(0);
      expect(await stop(server, signal)).toBe(0);
      expect(await tab.closed).toBe(1001);
      await expect.poll(() => engines.filter(isAlive), SOON).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test('after a run that stays for probes too', async () => {
    const { server, url } = await start(['serve', '--port', '0']);
    const tab = await openTab(url);
    const job = await tab.client.compare(COMPARE);
    await expect.poll(() => tab.events.at(-1)?.type, SOON).toBe('done');
    const done = tab.events.at(-1);
    const site = done?.type === 'done' ? done.report.verdict.sites[0] : undefined;
    const probe = await tab.client.probe(job, {
      tensor: site?.tensor ?? '',
      sample: 0,
      run: 'fed',
      axes: undefined,
      values: { start: 0, count: 2 },
    });
    // Typed arrays arrive as such.
    expect(probe.candidate.counts).toBeInstanceOf(Float64Array);
    expect(probe.candidate.counts.reduce((sum, count) => sum + count, 0)).toBe(probe.count);
    const engines = childrenOf(server.pid);
    expect(engines).toHaveLength(1);
    expect(await stop(server, 'SIGINT')).toBe(0);
    await expect.poll(() => engines.filter(isAlive), SOON).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('an engine that is killed is told to its tab; the server stays', async () => {
    const { server, url } = await start(['serve', '--port', '0']);
    const tab = await openTab(url);
    await tab.client.compare(COMPARE);
    await expect.poll(() => childrenOf(server.pid).length, SOON).toBeGreaterThan(0);
    const engines = childrenOf(server.pid);
    const second = await openTab(url);
    for (const engine of engines) process.kill(engine, 'SIGKILL');
    await expect
      .poll(() => tab.events.at(-1), SOON)
      .toMatchObject({
        type: 'failed',
        error: { tag: 'engine-died', message: 'the engine died (SIGKILL)' },
      });
    expect(await second.client.hello(1)).toMatchObject({ protocol: 1 });
    await expect.poll(() => readdirSync(temporary), SOON).toEqual([]);
    expect(await stop(server, 'SIGINT')).toBe(0);
  });
});

describe('one line for what cannot be served', () => {
  test.each<readonly [args: readonly string[], line: string]>([
    [['serve', 'nothing.onnx'], 'layerdiff: nothing.onnx: no such file; check the path'],
    [['serve', 'nothing.json'], 'layerdiff: nothing.json: no such file; check the path'],
    [['serve', DEMO.faulty, 'nothing'], 'layerdiff: nothing: no such file; check the path'],
    [['view', 'nothing.onnx'], 'layerdiff: nothing.onnx: no such file; check the path'],
    [['serve', '--root', 'nowhere'], 'layerdiff: nowhere: does not exist; check the path'],
    [
      ['serve', '--port', '70000'],
      "layerdiff: option '--port <n>' argument '70000' is invalid. give a port below 65536; see layerdiff --help",
    ],
    [
      ['serve', '--host', '192.0.2.1', '--port', '0'],
      'layerdiff: cannot listen: listen EADDRNOTAVAIL: address not available 192.0.2.1; check --host and --port',
    ],
  ])('%j', (args, line) => {
    const { status, stdout, stderr } = runCli(args, folder);
    expect([status, stdout, linesOf(stderr)]).toEqual([2, '', [line]]);
  });

  test('a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { status, stderr } = runCli(['serve', '--port', `${port}`], folder);
    expect([status, linesOf(stderr)]).toEqual([
      2,
      [`layerdiff: port ${port} is taken; give another --port (0 takes any that is free)`],
    ]);
    taken.close();
  });

  test('a binary of Electron that cannot be started', () => {
    writeFileSync(join(folder, 'electron'), 'not a program');
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'view', DEMO.faulty], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
    });
    expect([status, stdout, linesOf(stderr).length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(/^layerdiff: .*electron: cannot be started \(.+\); use layerdiff serve\n$/);
  });
});
