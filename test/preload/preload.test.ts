import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostApi } from '../../src/shared/host-api.ts';
import { HOST_CHANNELS, SERVICE_PORT, WINDOW_CHANNELS } from '../../src/shared/host-api.ts';
import { COMMANDS } from '../../src/shared/commands.ts';

/** What a page finds, exactly: a key or channel more is a change of the contract. */
type Listener = (event: unknown, ...args: unknown[]) => void;

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as unknown[],
  listeners: new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>(),
}));

vi.mock('electron/renderer', () => ({
  contextBridge: { exposeInMainWorld: (key: string, api: unknown) => electron.exposed.set(key, api) },
  ipcRenderer: {
    invoke: (...args: unknown[]) => {
      electron.invoked.push(args);
      return Promise.resolve({ ok: true, value: undefined });
    },
    on: (channel: string, listener: Listener) => {
      electron.listeners.set(channel, (electron.listeners.get(channel) ?? new Set()).add(listener));
    },
    off: (channel: string, listener: Listener) => electron.listeners.get(channel)?.delete(listener),
    send: () => undefined,
  },
  webUtils: { getPathForFile: ({ name }: { name: string }) => `/dropped/${name}` },
}));

const posted: unknown[] = [];

async function load(origin: string): Promise<HostApi> {
  vi.resetModules();
  electron.exposed.clear();
  electron.listeners.clear();
  posted.length = 0;
  vi.stubGlobal('window', {
    location: { origin },
    postMessage: (...args: unknown[]) => posted.push(args),
  });
  await import('../../src/preload/index.ts');
  return electron.exposed.get('layerdiffHost') as HostApi;
}

const emit = (channel: string, event: unknown, ...args: unknown[]): void => {
  for (const listener of electron.listeners.get(channel) ?? []) listener(event, ...args);
};

describe('the bridge', () => {
  let host: HostApi;
  beforeEach(async () => (host = await load('app://bundle')));

  test('exposes exactly these keys, all functions', () => {
    expect([...electron.exposed.keys()]).toEqual(['layerdiffHost']);
    expect(Object.keys(host).sort()).toEqual([
      'connect',
      'onCommand',
      'onServiceGone',
      'openExternal',
      'pathForFile',
      'perform',
      'pickFile',
      'recentFiles',
      'rememberFile',
      'restartService',
      'saveFile',
      'setLanguage',
      'setTheme',
      'state',
    ]);
    for (const verb of Object.values(host)) expect(typeof verb).toBe('function');
  });

  test('every verb asks on its channel, with its arguments and no more', async () => {
    electron.invoked.length = 0;
    const bytes = Uint8Array.of(1);
    await host.state();
    await host.connect();
    await host.restartService();
    await host.pickFile('model');
    await host.saveFile('a.json', bytes);
    await host.recentFiles();
    await host.rememberFile({ path: '/m.onnx', kind: 'model' });
    await host.setLanguage('en');
    await host.setTheme('dark');
    await host.openExternal('https://onnx.ai/');
    await host.perform('quit');
    expect(electron.invoked).toEqual([
      ['host:state'],
      ['host:connect'],
      ['host:restart-service'],
      ['host:pick-file', 'model'],
      ['host:save-file', 'a.json', bytes],
      ['host:recent-files'],
      ['host:remember-file', { path: '/m.onnx', kind: 'model' }],
      ['host:set-language', 'en'],
      ['host:set-theme', 'dark'],
      ['host:open-external', 'https://onnx.ai/'],
      ['host:perform', 'quit'],
    ]);
    expect(electron.invoked.map((args) => (args as string[])[0]).sort()).toEqual(
      Object.values(HOST_CHANNELS).sort(),
    );
  });

  test('nothing of Electron can be reached through it', () => {
    const seen = new Set<unknown>();
    const walk = (value: unknown): void => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
        return;
      seen.add(value);
      for (const key of Reflect.ownKeys(value)) {
        expect(['ipcRenderer', 'send', 'invoke', 'sender', 'require', 'process']).not.toContain(key);
        walk(Reflect.getOwnPropertyDescriptor(value, key)?.value);
      }
    };
    walk(host);
  });

  test('a callback gets the value alone, never the event, until it is unsubscribed', () => {
    const heard: unknown[] = [];
    const stop = host.onCommand((...args: unknown[]) => void heard.push(args));
    host.onServiceGone((...args: unknown[]) => void heard.push(args));
    const event = { sender: { send: () => undefined }, ports: [] };
    emit(WINDOW_CHANNELS.command, event, COMMANDS[1]?.id, 'more');
    emit(WINDOW_CHANNELS.serviceGone, event, 'it ended');
    stop();
    emit(WINDOW_CHANNELS.command, event, 'run');
    expect(heard).toEqual([[COMMANDS[1]?.id], ['it ended']]);
  });

  test('the port is forwarded to the page itself and nobody else', () => {
    const port = {};
    emit(WINDOW_CHANNELS.servicePort, { ports: [port], sender: {} });
    expect(posted).toEqual([[SERVICE_PORT, 'app://bundle', [port]]]);
  });

  test('it listens on exactly one channel by itself', () => {
    expect([...electron.listeners.keys()]).toEqual([WINDOW_CHANNELS.servicePort]);
  });

  test('a dropped file has a path', () => {
    expect(host.pathForFile({ name: 'm.onnx', size: 1 })).toBe('/dropped/m.onnx');
  });
});

test.each(['https://example.org', 'null', 'app://elsewhere'])(
  'on a page of %s there is nothing',
  async (origin) => {
    expect(await load(origin)).toBeUndefined();
    expect(electron.listeners.size).toBe(0);
  },
);
