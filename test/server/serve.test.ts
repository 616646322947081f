import { existsSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as server from '../../src/server/index.ts';
import type { Served } from '../../src/server/index.ts';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import { DEMO_FOLDER, jailAt } from '../../src/service/index.ts';
import { Service } from '../../src/service/service.ts';
import type { JobEvent } from '../../src/shared/contract.ts';
import { decodeFrame, encodeFrame } from '../../src/shared/frame.ts';
import { CONTENT_SECURITY_POLICY } from '../../src/shared/host-api.ts';
import { DEMO } from '../support/demo.ts';
import { fakeEngines, rowOf } from '../service/fake-engine.ts';

/** The built server: its page lies beside it. `npm run build` comes first. */
const BUILT = new URL('../../build/server/index.js', import.meta.url);
if (!existsSync(fileURLToPath(BUILT))) throw new Error('build/server/index.js is missing: npm run build');
const { serve } = (await import(BUILT.href)) as typeof server;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** However busy the machine is. */
const SOON = { timeout: 60_000 };

let fakes: ReturnType<typeof fakeEngines>;
let service: Service;
let served: Served;
let sockets: WebSocket[];

const start = (more: { host?: string; port?: number; allowHosts?: string[] } = {}): Promise<Served> =>
  serve({
    service,
    launch: { candidate: DEMO.healthy, reference: undefined, report: undefined },
    host: '127.0.0.1',
    port: 0,
    allowHosts: [],
    ...more,
  });

beforeEach(() => {
  fakes = fakeEngines();
  sockets = [];
  service = new Service({ jail: jailAt(DEMO_FOLDER), startEngine: fakes.start });
});
afterEach(() => sockets.forEach((socket) => socket.terminate()));

/** One request, byte for byte as given: `fetch` would tidy the path up. */
function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const tokenOf = ({ url }: Served): string => new URL(url).searchParams.get('token') ?? '';
async function cookieOf(one: Served): Promise<string> {
  const { headers } = await ask(one.port, `/?token=${tokenOf(one)}`);
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

describe('over HTTP', () => {
  let cookie: string;
  const hello = (): Readonly<Record<string, string>> => ({ cookie });
  beforeAll(async () => {
    service = new Service({ jail: jailAt(DEMO_FOLDER), startEngine: fakeEngines().start });
    served = await start({ allowHosts: ['gpu.example', 'Proxy.Example'] });
    cookie = await cookieOf(served);
  });
  afterAll(() => served.close());

  test('the address holds a token of 128 bits', () => {
    expect(served.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${served.port}/\\?token=[0-9a-f]{32}$`));
  });

  test('the token becomes a cookie, and leaves the address by a relative redirect', async () => {
    const { status, headers, body } = await ask(served.port, `/?token=${tokenOf(served)}`);
    expect(status).toBe(302);
    expect(headers.location).toBe('./');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^layerdiff-${served.port}=[0-9a-f]{64}; HttpOnly; SameSite=Strict$`)),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(tokenOf(served));
    expect(body).toBe('');
  });

  test.each([
    ['no token', () => '/'],
    ['an empty token', () => '/?token='],
    ['a wrong token', () => `/?token=${'0'.repeat(32)}`],
    ['a part of the token', () => `/?token=${tokenOf(served).slice(0, 31)}`],
    ['the token in capitals', () => `/?token=${tokenOf(served).toUpperCase()}x`],
    ['the token at another path', () => `/index.html?token=${tokenOf(served)}`],
  ])('%s: 403, without a cookie', async (_name, path) => {
    const { status, headers, body } = await ask(served.port, path());
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).toBe('layerdiff: open the address that the terminal shows, with its token\n');
  });

  test.each([
    ['with the token as value', () => `layerdiff-${served.port}=${tokenOf(served)}`],
    ['of another port', () => cookie.replace(/-\d+=/, '-1=')],
    ['without its value', () => `layerdiff-${served.port}=`],
    ['under no name', () => cookie.split('=')[1] ?? ''],
  ])('a cookie %s: 403', async (_name, wrong) => {
    expect((await ask(served.port, '/', { cookie: wrong() })).status).toBe(403);
  });

  test('the page comes with a cookie, among others', async () => {
    const { status, headers, body } = await ask(served.port, '/', { cookie: `a=1; ${cookie}; b=2` });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<script type="module"');
    // Relative addresses only: a proxy may have put a prefix before them.
    expect(body).not.toMatch(/(src|href)="\//);
    const script = /src="\.\/([^"]+)"/.exec(body)?.[1] ?? '';
    const { status: found, headers: of } = await ask(served.port, `/${script}`, hello());
    expect([found, of['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  test.each(['/', '/nothing', `/?token=wrong`])('%s has the headers that close the page', async (path) => {
    for (const headers of [{}, hello(), { host: 'evil.example' }]) {
      const answer = await ask(served.port, path, headers);
      expect(answer.headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('the policy lets nothing in from elsewhere', () => {
    const directives = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    expect(directives.get('connect-src')).toContain("'self'");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|https?:/);
  });

  test.each<readonly [host: string, status: number]>([
    ['127.0.0.1', 200],
    ['127.0.0.1:1', 200],
    ['localhost', 200],
    ['localhost:54321', 200],
    ['LOCALHOST:80', 200],
    ['[::1]', 200],
    ['[::1]:8080', 200],
    ['gpu.example', 200],
    ['gpu.example:443', 200],
    ['proxy.example', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['evil.example:127.0.0.1', 403],
    ['127.0.0.1.evil.example', 403],
    ['127.0.0.2', 403],
    ['0.0.0.0', 403],
    ['sub.gpu.example', 403],
  ])('Host: %s is answered with %i', async (host, status) => {
    expect((await ask(served.port, '/', { ...hello(), host })).status).toBe(status);
  });

  test('a wrong host gets no cookie for a right token', async () => {
    const { status, headers } = await ask(served.port, `/?token=${tokenOf(served)}`, {
      host: 'evil.example',
    });
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each([
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/../../package.json',
    '/..\\..\\package.json',
    '/assets/../../../package.json',
    '/%2fetc%2fpasswd',
    '//etc/passwd',
    '//',
    '///',
    '//[',
    'http://[',
    '/\\',
    '/%',
    '/%00',
    '/index.html%00.js',
    '/INDEX.HTML',
    '/assets',
    '/assets/',
    '/.tsbuildinfo',
    '/__proto__',
    '/constructor',
    '/socket',
    '*',
  ])('%s is not there', async (path) => {
    const { status, body } = await ask(served.port, path, hello());
    expect([status, body]).toEqual([404, 'layerdiff: no such page\n']);
    // Without a cookie one is not told either.
    expect((await ask(served.port, path)).status).toBe(403);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('%s is refused', async (method) => {
    expect((await ask(served.port, '/', hello(), method)).status).toBe(405);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const get = await ask(served.port, '/', hello());
    const head = await ask(served.port, '/', hello(), 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.body)));
  });

  test('what is no HTTP does not end the server', async () => {
    for (const text of ['\r\n\r\n', 'GET\r\n\r\n', `GET / HTTP/9\r\n\r\n`, '\u0016\u0003\u0001\u0000']) {
      await new Promise<void>((resolve) => {
        const socket = connect(served.port, '127.0.0.1', () => socket.end(text));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        socket.resume();
      });
    }
    expect((await ask(served.port, '/', hello())).status).toBe(200);
  });
});

interface Tab {
  readonly socket: WebSocket;
  readonly client: EngineClient;
  readonly events: JobEvent[];
}

/** A tab, once it is open; rejected with the status of a refusal. */
function openTab(port: number, headers: Readonly<Record<string, string>>, path = '/socket'): Promise<Tab> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    sockets.push(socket);
    const events: JobEvent[] = [];
    const client = clientOver(
      {
        post: (message) => socket.send(encodeFrame(message)),
        onMessage: (handler) => socket.on('message', (data) => handler(decodeFrame(data as Buffer))),
      },
      { jobEvents: (_job, _batch, some) => events.push(...some), openFiles: () => undefined },
    );
    socket.on('open', () => resolve({ socket, client, events }));
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(`status ${response.statusCode ?? 0}`)),
    );
    socket.on('error', reject);
  });
}

const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('close', (code) => resolve(code)));

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

describe('over a WebSocket', () => {
  let cookie: string;
  let own: string;
  beforeEach(async () => {
    served = await start({ allowHosts: ['gpu.example'] });
    cookie = await cookieOf(served);
    own = `http://127.0.0.1:${served.port}`;
  });
  afterEach(() => served.close());

  test('a tab of the page is answered', async () => {
    const { client } = await openTab(served.port, { cookie, origin: own });
    expect(await client.hello(1)).toMatchObject({ candidate: DEMO.healthy, root: DEMO_FOLDER });
    await expect(client.browse('/etc')).rejects.toMatchObject({
      tag: 'bad-request',
      file: '/etc',
      wayOut: 'start with --root at a folder that holds it',
    });
  });

  test.each<readonly [name: string, headers: () => Record<string, string>, path: string]>([
    ['no cookie', () => ({ origin: own }), '/socket'],
    ['a wrong cookie', () => ({ origin: own, cookie: `layerdiff-${served.port}=0` }), '/socket'],
    ['no origin', () => ({ cookie }), '/socket'],
    ['the origin null of a sandboxed frame', () => ({ cookie, origin: 'null' }), '/socket'],
    ['another site', () => ({ cookie, origin: 'http://evil.example' }), '/socket'],
    ['a site whose name begins like ours', () => ({ cookie, origin: `${own}.evil.example` }), '/socket'],
    [
      'another page of this machine, to which cookies go too',
      () => ({ cookie, origin: 'http://127.0.0.1:1' }),
      '/socket',
    ],
    [
      'the same port by another name',
      () => ({ cookie, origin: `http://localhost:${served.port}` }),
      '/socket',
    ],
    ['another path', () => ({ cookie, origin: own }), '/'],
    ['a path below', () => ({ cookie, origin: own }), '/socket/x'],
    ['a path that is none', () => ({ cookie, origin: own }), '//'],
    [
      'a rebound name',
      () => ({ cookie, host: `evil.example:${served.port}`, origin: `http://evil.example:${served.port}` }),
      '/socket',
    ],
  ])('%s: refused, and the server stays', async (_name, headers, path) => {
    await expect(openTab(served.port, headers(), path)).rejects.toThrow('status 403');
    expect((await ask(served.port, '/', { cookie })).status).toBe(200);
  });

  test.each<readonly [name: string, headers: Record<string, string>]>([
    ['a tunnel that changes the port', { host: 'localhost:9000', origin: 'http://localhost:9000' }],
    ['a tunnel to the other loopback', { host: '[::1]:9000', origin: 'http://[::1]:9000' }],
    ['a proxy that keeps its name', { host: 'gpu.example', origin: 'https://gpu.example' }],
    ['a proxy that asks by ours', { origin: 'https://gpu.example' }],
    ['a proxy on another port', { origin: 'https://gpu.example:8443' }],
  ])('%s: accepted', async (_name, headers) => {
    const { client } = await openTab(served.port, { cookie, ...headers });
    expect(await client.recorder()).toContain('torch');
  });

  test('several tabs share the service; each has its own run', async () => {
    const [a, b] = await Promise.all([
      openTab(served.port, { cookie, origin: own }),
      openTab(served.port, { cookie, origin: own }),
    ]);
    await a.client.compare(COMPARE);
    await b.client.compare(COMPARE);
    fakes.engines[0]?.say({ type: 'row', row: rowOf('of a', { gain: Infinity, noiseFloor: NaN }) });
    fakes.engines[0]?.die('SIGKILL');
    await expect.poll(() => a.events.at(-1)?.type, SOON).toBe('failed');
    expect(a.events[0]).toMatchObject({ rows: [{ name: 'of a', gain: Infinity, noiseFloor: NaN }] });
    expect(b.events).toEqual([]);
    a.socket.close();
    await closeCode(a.socket);
    expect(await b.client.hello(1)).toMatchObject({ protocol: 1 });
    expect(fakes.engines[1]?.isKilled).toBe(false);
  });

  test('a tab that goes in the middle of a run takes the run with it, and nothing else', async () => {
    const a = await openTab(served.port, { cookie, origin: own });
    const b = await openTab(served.port, { cookie, origin: own });
    await a.client.compare(COMPARE);
    fakes.engines[0]?.say({ type: 'row', row: rowOf('t') });
    a.socket.terminate();
    await expect.poll(() => fakes.engines[0]?.isKilled, SOON).toBe(true);
    // Its last words have nobody left to hear them.
    fakes.engines[0]?.die('SIGKILL');
    await delay(150);
    expect(await b.client.hello(1)).toMatchObject({ protocol: 1 });
  });

  test.each<readonly [name: string, data: string | Uint8Array]>([
    ['text', '{"t":"q"}'],
    ['no frame', Uint8Array.of(1, 2, 3)],
    ['a frame that lies', Uint8Array.of(255, 255, 255, 255, 0)],
  ])('%s ends the connection that it came by, and no other', async (_name, data) => {
    const a = await openTab(served.port, { cookie, origin: own });
    const b = await openTab(served.port, { cookie, origin: own });
    a.socket.send(data);
    expect(await closeCode(a.socket)).toBe(1003);
    expect(await b.client.hello(1)).toMatchObject({ protocol: 1 });
  });

  test.each<readonly [name: string, message: unknown]>([
    ['null', null],
    ['a number', 5],
    ['undefined', undefined],
    ['a list', [1]],
    ['a call of nothing', { t: 'q', m: 'constructor', a: [], i: '1' }],
  ])('%s as a message does not end the server', async (_name, message) => {
    const { socket, client } = await openTab(served.port, { cookie, origin: own });
    socket.send(encodeFrame(message));
    expect(await client.hello(1)).toMatchObject({ protocol: 1 });
  });

  test('a message larger than any ends the connection', async () => {
    const { socket } = await openTab(served.port, { cookie, origin: own });
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(64 * 2 ** 20 + 1));
    expect([1006, 1009]).toContain(await closeCode(socket));
    expect((await ask(served.port, '/', { cookie })).status).toBe(200);
  });

  test('a refused connection that is cut does not end the server', async () => {
    for (let round = 0; round < 20; round++) {
      await new Promise<void>((resolve) => {
        const socket = connect(served.port, '127.0.0.1', () => {
          socket.write(
            'GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
            () => socket.resetAndDestroy(),
          );
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    expect((await ask(served.port, '/', { cookie })).status).toBe(200);
  });
});

describe('starting and stopping', () => {
  test('a port that is taken is one clear line', async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toMatchObject({
      tag: 'bad-request',
      message: `port ${first.port} is taken`,
      wayOut: 'give another --port (0 takes any that is free)',
    });
    await first.close();
    const again = await start({ port: first.port });
    expect(again.port).toBe(first.port);
    await again.close();
  });

  test('an address that is not ours is one clear line', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737).
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      tag: 'bad-request',
      wayOut: 'check --host and --port',
    });
  });

  test('two servers have two tokens, and one does not let in by the other', async () => {
    const [a, b] = [await start(), await start()];
    expect(tokenOf(a)).not.toBe(tokenOf(b));
    expect((await ask(b.port, `/?token=${tokenOf(a)}`)).status).toBe(403);
    expect((await ask(b.port, '/', { cookie: await cookieOf(a) })).status).toBe(403);
    await Promise.all([a.close(), b.close()]);
  });

  test('all addresses are shown as one that can be opened', async () => {
    const all = await start({ host: '0.0.0.0' });
    expect(all.url).toContain(`http://127.0.0.1:${all.port}/`);
    expect((await ask(all.port, `/?token=${tokenOf(all)}`)).status).toBe(302);
    await all.close();
  });

  test('closing ends runs and tabs, also tabs that do not answer, and refused connections that linger', async () => {
    const one = await start();
    const cookie = await cookieOf(one);
    const headers = { cookie, origin: `http://127.0.0.1:${one.port}` };
    const tab = await openTab(one.port, headers);
    await tab.client.compare(COMPARE);
    const code = closeCode(tab.socket);
    const deaf = connect(one.port, '127.0.0.1');
    deaf.write(
      `GET /socket HTTP/1.1\r\nHost: 127.0.0.1:${one.port}\r\nOrigin: ${headers.origin}\r\nCookie: ${cookie}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const refused = connect({ port: one.port, host: '127.0.0.1', allowHalfOpen: true });
    refused.write('GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const heard = (socket: typeof deaf): Promise<string> =>
      new Promise((resolve) =>
        socket.once('data', (data) => resolve(data.toString().split('\r\n')[0] ?? '')),
      );
    expect(await Promise.all([heard(deaf), heard(refused)])).toEqual([
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 403 Forbidden',
    ]);
    await one.close();
    expect(await code).toBe(1001);
    expect(fakes.engines.map(({ isKilled }) => isKilled)).toEqual([true]);
    await expect(ask(one.port, '/')).rejects.toThrow('ECONNREFUSED');
    deaf.destroy();
    refused.destroy();
  });
});
