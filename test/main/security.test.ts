import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebContents, WebFrameMain } from 'electron/main';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allowedExternal } from '../../src/main/external.ts';
import { isOwnTopFrame } from '../../src/main/ipc/handle.ts';
import { registerVerbs } from '../../src/main/ipc/verbs.ts';
import type { Verbs } from '../../src/main/ipc/verbs.ts';
import { bundleHandler, listBundle } from '../../src/main/protocol/bundle.ts';
import { denyPermissions } from '../../src/main/protocol/permissions.ts';
import { APP_SCHEME } from '../../src/main/protocol/scheme.ts';
import { guardContents } from '../../src/main/window/guard.ts';
import { createWindow } from '../../src/main/window/create.ts';
import { HOST_CHANNELS } from '../../src/shared/host-api.ts';
import type { Answer } from '../../src/shared/host-api.ts';
import { defaultSession, FakeContents, FakeWindow, ipcMain } from './electron-fake.ts';

vi.mock('electron/main', () => import('./electron-fake.ts'));

/** The contract of docs/electron-security.md, item by item. */

describe('a window', () => {
  test('has exactly these preferences', () => {
    createWindow('/preload.cjs', 1, false);
    expect(FakeWindow.all.at(-1)?.options.webPreferences).toEqual({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      disableBlinkFeatures: 'Auxclick',
    });
  });

  test.each([
    ['will-navigate', 'https://example.org/', true],
    ['will-navigate', 'file:///etc/passwd', true],
    ['will-navigate', 'app://other/index.html', true],
    ['will-navigate', 'app://bundle.example.org/', true],
    ['will-navigate', 'app://bundle/index.html', false],
    ['will-redirect', 'https://example.org/', true],
    ['will-redirect', 'app://bundle/', false],
    ['will-frame-navigate', 'app://bundle/', false],
  ] as const)('%s to %s: prevented %s', (event, url, prevented) => {
    expect(isPrevented(event, { url, isMainFrame: true })).toBe(prevented);
  });

  test('has no frames, guests or further windows', () => {
    expect(isPrevented('will-frame-navigate', { url: 'app://bundle/', isMainFrame: false })).toBe(true);
    expect(isPrevented('will-attach-webview', {})).toBe(true);
    const contents = guarded();
    expect(contents.openHandler?.({ url: 'app://bundle/' } as never)).toEqual({ action: 'deny' });
  });
});

describe('permissions', () => {
  denyPermissions(defaultSession);
  const contents = {} as unknown as WebContents;
  const asked = (permission: string): boolean => {
    let granted: boolean | undefined;
    defaultSession.request?.(contents, permission as 'hid', (answer) => (granted = answer), {} as never);
    return granted ?? false;
  };

  test('only writing sanitized text to the clipboard, whether asked or looked up', () => {
    expect(asked('clipboard-sanitized-write')).toBe(true);
    expect(defaultSession.check?.(contents, 'clipboard-sanitized-write', '', {} as never)).toBe(true);
    for (const permission of [
      'media',
      'display-capture',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'unknown',
    ]) {
      expect(asked(permission), permission).toBe(false);
      expect(defaultSession.check?.(contents, permission as 'hid', '', {} as never), permission).toBe(false);
    }
  });

  test('no device', () => expect(defaultSession.device?.({} as never)).toBe(false));
});

describe('app://bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-bundle-'));
  let get: (url: string, method?: string) => Promise<Response>;

  beforeAll(() => {
    mkdirSync(join(folder, 'renderer/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.json'), '{}');
    writeFileSync(join(folder, 'renderer/index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'renderer/assets/main.js'), 'void 0;');
    writeFileSync(join(folder, 'renderer/assets/main.js.map'), '{}');
    const handler = bundleHandler(listBundle(join(folder, 'renderer')));
    get = (url, method = 'GET') => handler({ url, method });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('serves its files with their types and the policy', async () => {
    const page = await get('app://bundle/');
    expect(await page.text()).toBe('<!doctype html>');
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(page.headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        "font-src 'self'; connect-src 'self' ws://127.0.0.1:*; worker-src 'self' blob:; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'",
    );
    const script = await get('app://bundle/assets/main.js?v=1');
    expect(script.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(await (await get('app://bundle/index.html', 'HEAD')).text()).toBe('');
  });

  test.each([
    'app://bundle/../secret.json',
    'app://bundle/..%2fsecret.json',
    'app://bundle/%2e%2e/secret.json',
    'app://bundle/%2e%2e%2fsecret.json',
    'app://bundle/assets/..%2f..%2fsecret.json',
    'app://bundle/assets/..%5c..%5csecret.json',
    'app://bundle/..%252fsecret.json',
    'app://bundle//etc/passwd',
    'app://bundle/%00',
    'app://bundle/%e0%a4%a',
    'app://bundle/assets',
    'app://bundle/assets/main.js.map',
    'app://bundle/__proto__',
    'app://elsewhere/index.html',
    'file:///etc/passwd',
    'no address',
  ])('refuses %s', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  test('refuses to be written to', async () => {
    expect((await get('app://bundle/index.html', 'POST')).status).toBe(405);
  });

  test('the scheme may do no more than a page needs', () => {
    expect(APP_SCHEME).toEqual({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    });
  });
});

describe('messages from a page', () => {
  const calls: unknown[] = [];
  const record =
    (name: string) =>
    (...args: readonly unknown[]): never => {
      calls.push([name, ...args]);
      return undefined as never;
    };
  const verbs = Object.fromEntries(
    Object.keys(HOST_CHANNELS).map((name) => [name, record(name)]),
  ) as unknown as Verbs;
  registerVerbs(ipcMain, verbs);
  const own = { url: 'app://bundle/index.html', parent: null } as unknown as WebFrameMain;
  const ask = async (frame: unknown, channel: string, ...args: unknown[]): Promise<Answer<unknown>> => {
    const event = { senderFrame: frame, sender: { id: 7 } };
    return (await ipcMain.handlers.get(channel)?.(event as never, ...args)) as Answer<unknown>;
  };

  test('every verb has a handler, and no handler is without a verb', () => {
    expect([...ipcMain.handlers.keys()].sort()).toEqual(Object.values(HOST_CHANNELS).sort());
  });

  test.each([
    ['its own top frame', own, true],
    ['a frame in it', { url: 'app://bundle/index.html', parent: own }, false],
    ['another page', { url: 'https://example.org/', parent: null }, false],
    ['a page that looks like it', { url: 'https://bundle/', parent: null }, false],
    ['a file', { url: 'file:///index.html', parent: null }, false],
    ['a frame that is gone', undefined, false],
  ] as const)('from %s', async (_name, frame, trusted) => {
    expect(isOwnTopFrame(frame as WebFrameMain | undefined)).toBe(trusted);
    calls.length = 0;
    const answer = await ask(frame ?? null, HOST_CHANNELS.recentFiles);
    expect(answer.ok).toBe(trusted);
    expect(calls.length).toBe(trusted ? 1 : 0);
  });

  test.each([
    [HOST_CHANNELS.state, ['superfluous']],
    [HOST_CHANNELS.pickFile, ['anything']],
    [HOST_CHANNELS.pickFile, []],
    [HOST_CHANNELS.saveFile, ['../up.json', new Uint8Array()]],
    [HOST_CHANNELS.saveFile, ['/etc/passwd', new Uint8Array()]],
    [HOST_CHANNELS.saveFile, ['.bashrc', new Uint8Array()]],
    [HOST_CHANNELS.saveFile, ['a\u0000b', new Uint8Array()]],
    [HOST_CHANNELS.saveFile, ['report.json', 'text']],
    [HOST_CHANNELS.rememberFile, [{ path: 'relative.onnx', kind: 'model' }]],
    [HOST_CHANNELS.rememberFile, [{ path: '/m.onnx', kind: 'program' }]],
    [HOST_CHANNELS.rememberFile, [{ path: '/m.onnx', kind: 'model', more: 1 }]],
    [HOST_CHANNELS.setLanguage, ['de']],
    [HOST_CHANNELS.setTheme, ['pink']],
    [HOST_CHANNELS.openExternal, [42]],
    [HOST_CHANNELS.perform, ['open-model']],
    [HOST_CHANNELS.perform, ['__proto__']],
  ] as const)('%s refuses %j', async (channel, args) => {
    calls.length = 0;
    expect(await ask(own, channel, ...args)).toMatchObject({ ok: false, error: { tag: 'bad-request' } });
    expect(calls).toEqual([]);
  });

  test('what fits arrives, with the number of the page', async () => {
    calls.length = 0;
    const bytes = Uint8Array.of(1, 2);
    expect(await ask(own, HOST_CHANNELS.saveFile, '误差 graph (1).png', bytes)).toMatchObject({ ok: true });
    await ask(own, HOST_CHANNELS.perform, 'reload');
    expect(calls).toEqual([
      ['saveFile', 7, '误差 graph (1).png', bytes],
      ['perform', 7, 'reload'],
    ]);
  });
});

describe('addresses for the system browser', () => {
  test.each(['https://onnx.ai/', 'https://github.com/onnx/onnx/blob/main/docs/Operators.md#Conv'])(
    '%s',
    (url) => expect(allowedExternal(url)).toBe(url),
  );

  test.each([
    'http://onnx.ai/',
    'https://example.org/',
    'https://onnx.ai.example.org/',
    'https://onnx.ai@example.org/',
    'https://user:word@onnx.ai/',
    'https://onnx.ai:8443/',
    'file:///bin/sh',
    'javascript:alert(1)',
    'smb://onnx.ai/share',
    '\\\\onnx.ai\\share',
    '',
  ])('not %s', (url) => expect(() => allowedExternal(url)).toThrow('not opened'));
});

function guarded(): FakeContents {
  const contents = new FakeContents();
  guardContents(contents);
  return contents;
}

function isPrevented(event: string, details: object): boolean {
  let prevented = false;
  guarded().emit(event, { ...details, preventDefault: () => (prevented = true) });
  return prevented;
}
