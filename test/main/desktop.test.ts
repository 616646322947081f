import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MenuItemConstructorOptions } from 'electron/main';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOST_CHANNELS, HOST_PROTOCOL, WINDOW_CHANNELS } from '../../src/shared/host-api.ts';
import type { Answer, HostState } from '../../src/shared/host-api.ts';
import * as fake from './electron-fake.ts';

vi.mock('electron/main', () => import('./electron-fake.ts'));
vi.mock('electron/common', () => import('./electron-fake.ts'));

/** The real `index.ts` over the fake, from start to quit; the tests of this file are one story. */
const folder = mkdtempSync(join(tmpdir(), 'layerdiff-desktop-'));
let argv: string[];

beforeAll(async () => {
  argv = process.argv;
  process.argv = ['/opt/layerdiff', '/models/first.onnx'];
  fake.app.userData = folder;
  await import('../../src/main/index.ts');
});
afterAll(async () => {
  process.argv = argv;
  // The last settings may still be on their way.
  await delay(100);
  rmSync(folder, { recursive: true, force: true });
});

const windows = (): readonly fake.FakeWindow[] => fake.FakeWindow.all.filter(({ urls }) => urls.length > 0);
const services = (): readonly fake.FakeUtility[] => fake.FakeUtility.all.filter(({ entry }) => entry !== '');
const ask = async <T>(window: fake.FakeWindow, channel: string, ...args: unknown[]): Promise<Answer<T>> => {
  const senderFrame = { url: 'app://bundle/index.html', parent: null };
  const event = { senderFrame, sender: window.webContents };
  return (await fake.ipcMain.handlers.get(channel)?.(event as never, ...args)) as Answer<T>;
};
const click = (id: string): void => {
  const flat = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
  const found = flat(fake.Menu.template).find((item) => item.id === id || item.label === id);
  found?.click?.(undefined as never, undefined, undefined as never);
};
const menuTitles = (): readonly (string | undefined)[] => fake.Menu.template.map(({ label }) => label);

test('before ready: sandbox, scheme and local crash dumps, and no window', () => {
  expect(fake.app.calls).toContain('enableSandbox');
  expect(fake.protocol.schemes.map(({ scheme }) => scheme)).toEqual(['app']);
  expect(fake.crashReporter.options).toEqual({ uploadToServer: false });
  expect(windows()).toEqual([]);
  expect(fake.ipcMain.handlers.size).toBe(0);
});

test('ready: one window on the own page, guarded, with permissions denied', async () => {
  fake.app.becomeReady();
  await delay(0);
  const [window] = windows();
  expect(window?.urls).toEqual(['app://bundle/index.html']);
  expect(window?.options.windowStatePersistence).toBe(true);
  expect(window?.options.name).toBe('window-1');
  expect(window?.shown).toBe(0);
  window?.emit('ready-to-show');
  expect(window?.shown).toBe(1);
  expect(window?.webContents.openHandler?.({} as never)).toEqual({ action: 'deny' });
  expect(fake.defaultSession.check?.(null, 'media', '', {} as never)).toBe(false);
  const page = await fake.protocol.handlers.get('app')?.(new Request('app://bundle/index.html'));
  expect(page?.status).toBe(200);
});

test('the system speaks Chinese, and so does the menu until it is told otherwise', async () => {
  const [window] = windows() as [fake.FakeWindow];
  expect((await ask<HostState>(window, HOST_CHANNELS.state)).ok).toBe(true);
  expect(await ask(window, HOST_CHANNELS.state)).toEqual({
    ok: true,
    value: { version: '1.2.3', platform: process.platform, language: 'zh-CN', theme: 'system' },
  });
  expect(menuTitles()).toContain('文件');
  await ask(window, HOST_CHANNELS.setLanguage, 'en');
  await ask(window, HOST_CHANNELS.setTheme, 'dark');
  expect(menuTitles()).toContain('File');
  expect(fake.nativeTheme.themeSource).toBe('dark');
});

test('a command waits for the page; the port and then the command arrive', async () => {
  const [window] = windows() as [fake.FakeWindow];
  click('open-model');
  fake.app.emit('open-file', { preventDefault: () => undefined }, '/dumps/reference');
  expect(window.webContents.sent).toEqual([]);
  const connecting = ask(window, HOST_CHANNELS.connect);
  await delay(0);
  const [service] = services() as [fake.FakeUtility];
  expect(service.entry.replaceAll('\\', '/')).toMatch(/service\/utility-entry\.js$/);
  service.emit('message', { type: 'ready', protocol: HOST_PROTOCOL });
  expect(await connecting).toEqual({ ok: true, value: undefined });
  expect(window.webContents.sent).toEqual([
    [WINDOW_CHANNELS.servicePort, undefined],
    [WINDOW_CHANNELS.command, 'open-model'],
  ]);
  expect(window.webContents.ports.length).toBe(1);
  expect(service.posted[0]?.message).toEqual({
    type: 'open-window',
    window: window.webContents.id,
    launch: { candidate: '/models/first.onnx', reference: '/dumps/reference', report: undefined },
  });
});

test('files from a second instance go to the service for the window that was used last', () => {
  const [window] = windows() as [fake.FakeWindow];
  window.minimized = true;
  fake.app.emit('second-instance', {}, [], '/', { words: ['x.onnx'], cwd: '/models' });
  expect(window.minimized).toBe(false);
  expect(services()[0]?.posted.at(-1)?.message).toEqual({
    type: 'open-files',
    window: window.webContents.id,
    paths: ['/models/x.onnx'],
  });
});

test('a second window has its own channel to the same service', async () => {
  click('new-window');
  const [first, second] = windows() as [fake.FakeWindow, fake.FakeWindow];
  expect(await ask(second, HOST_CHANNELS.connect)).toEqual({ ok: true, value: undefined });
  expect(services().length).toBe(1);
  expect(second.options.name).toBe('window-2');
  click('run');
  expect(second.webContents.sent.at(-1)).toEqual([WINDOW_CHANNELS.command, 'run']);
  first.emit('focus');
  click('find');
  expect(first.webContents.sent.at(-1)).toEqual([WINDOW_CHANNELS.command, 'find']);
  await ask(second, HOST_CHANNELS.perform, 'close-window');
  expect(await ask(second, HOST_CHANNELS.connect)).toMatchObject({ ok: false });
});

test('the death of the service is told, and the window can have another', async () => {
  const [window] = windows() as [fake.FakeWindow];
  fake.app.emit('child-process-gone', {}, { name: 'layerdiff-service', reason: 'crashed', exitCode: 139 });
  await delay(0);
  expect(window.webContents.sent.at(-1)).toEqual([
    WINDOW_CHANNELS.serviceGone,
    "the engine's process ended (crashed, exit code 139)",
  ]);
  const restarting = ask(window, HOST_CHANNELS.restartService);
  await delay(0);
  services().at(-1)?.emit('message', { type: 'ready', protocol: HOST_PROTOCOL });
  expect(await restarting).toEqual({ ok: true, value: undefined });
  expect(window.webContents.ports.length).toBe(2);
});

describe('dialogs', () => {
  test('begin where the last file of that purpose was', async () => {
    const [window] = windows() as [fake.FakeWindow];
    fake.dialog.choice = '/models/deep/m.onnx';
    expect(await ask(window, HOST_CHANNELS.pickFile, 'model')).toEqual({
      ok: true,
      value: '/models/deep/m.onnx',
    });
    expect(fake.dialog.asked.at(-1)?.defaultPath).toBeUndefined();
    fake.dialog.choice = '';
    expect(await ask(window, HOST_CHANNELS.pickFile, 'model')).toEqual({ ok: true, value: undefined });
    expect(fake.dialog.asked.at(-1)?.defaultPath).toBe('/models/deep');
    await ask(window, HOST_CHANNELS.pickFile, 'reference-folder');
    expect(fake.dialog.asked.at(-1)).toMatchObject({ properties: ['openDirectory'], filters: [] });
    expect(fake.dialog.asked.at(-1)?.defaultPath).toBeUndefined();
  });

  test('an export is written whole, or its refusal says why', async () => {
    const [window] = windows() as [fake.FakeWindow];
    const bytes = new TextEncoder().encode('{}');
    fake.dialog.choice = join(folder, 'report.json');
    expect(await ask(window, HOST_CHANNELS.saveFile, 'report.json', bytes)).toEqual({
      ok: true,
      value: fake.dialog.choice,
    });
    expect(readFileSync(fake.dialog.choice, 'utf8')).toBe('{}');
    fake.dialog.choice = '';
    expect(await ask(window, HOST_CHANNELS.saveFile, 'report.json', bytes)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(fake.dialog.asked.at(-1)?.defaultPath).toBe(join(folder, 'report.json'));
    fake.dialog.choice = join(folder, 'none/report.json');
    expect(await ask(window, HOST_CHANNELS.saveFile, 'report.json', bytes)).toMatchObject({
      ok: false,
      error: { tag: 'bad-request', file: fake.dialog.choice },
    });
  });

  test('the Node for large models is what a dialog named, and is tried', async () => {
    const [window] = windows() as [fake.FakeWindow];
    fake.dialog.choice = join(folder, 'report.json');
    expect(await ask(window, HOST_CHANNELS.perform, 'choose-engine')).toMatchObject({ ok: false });
    fake.dialog.choice = process.execPath;
    expect(await ask(window, HOST_CHANNELS.perform, 'choose-engine')).toEqual({ ok: true, value: undefined });
    expect(await ask(window, HOST_CHANNELS.state)).toMatchObject({ value: { enginePath: process.execPath } });
  });
});

test('recent files are in the menu, open by a click, and can be forgotten', async () => {
  const [window] = windows() as [fake.FakeWindow];
  await ask(window, HOST_CHANNELS.rememberFile, { path: '/models/seen.onnx', kind: 'model' });
  click('seen.onnx');
  expect(services().at(-1)?.posted.at(-1)?.message).toMatchObject({
    type: 'open-files',
    paths: ['/models/seen.onnx'],
  });
  await ask(window, HOST_CHANNELS.perform, 'clear-recent');
  expect(await ask(window, HOST_CHANNELS.recentFiles)).toEqual({ ok: true, value: [] });
});

test('only known addresses reach the system browser', async () => {
  const [window] = windows() as [fake.FakeWindow];
  expect(await ask(window, HOST_CHANNELS.openExternal, 'https://onnx.ai')).toMatchObject({ ok: true });
  expect(await ask(window, HOST_CHANNELS.openExternal, 'https://example.org/')).toMatchObject({ ok: false });
  expect(fake.shell.opened).toEqual(['https://onnx.ai/']);
});

test('a page that crashed is loaded again, but not for ever', () => {
  const [window] = windows() as [fake.FakeWindow];
  window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(window.webContents.reloads).toBe(0);
  vi.spyOn(performance, 'now').mockReturnValueOnce(100_000).mockReturnValueOnce(101_000);
  window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
  window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
  expect(window.webContents.reloads).toBe(1);
  click('reload');
  expect(window.webContents.reloads).toBe(2);
});

test('quit ends the service without telling anybody', async () => {
  const [window] = windows() as [fake.FakeWindow];
  const before = window.webContents.sent.length;
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  click('quit');
  expect(fake.app.calls).toContain('quit');
  fake.app.emit('will-quit');
  await delay(0);
  expect(services().at(-1)?.killed).toBe(true);
  expect(kill).toHaveBeenCalledWith(4242, 'SIGKILL');
  expect(window.webContents.sent.length).toBe(before);
  expect(fake.dialog.errors).toEqual([]);
  expect(existsSync(join(folder, 'settings.json'))).toBe(true);
});
