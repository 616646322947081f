import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/shared/commands.ts';
import type { HostApi } from '../../src/shared/host-api.ts';
import { DEMO } from '../support/demo.ts';

/**
 * The real thing, where it can be had: `ELECTRON_OVERRIDE_DIST_PATH`, or an Electron that was installed with its binary.
 * Everything else about the desktop is tested over a stand-in in `test/main`.
 */
const BINARY = electronBinary();
const CANNOT = whyNot();
if (CANNOT !== undefined) console.log(`the Electron smoke suite is skipped: ${CANNOT}`);

function electronBinary(): string | undefined {
  // Loading the package would try to download the binary.
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const record = join(folder, 'path.txt');
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const name = existsSync(record)
    ? readFileSync(record, 'utf8').trim()
    : ({ win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[
        process.platform as string
      ] ?? 'electron');
  const path = join(override ?? join(folder, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

function whyNot(): string | undefined {
  if (BINARY === undefined)
    return "Electron's binary is not here (npx install-electron, or ELECTRON_OVERRIDE_DIST_PATH)";
  if (!existsSync('build/main/index.js') || !existsSync('build/service/utility-entry.js'))
    return 'the app is not built (npm run build && npx electron-vite build)';
  if (
    process.platform === 'linux' &&
    (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']) === undefined
  )
    return 'there is no display (xvfb-run)';
  return undefined;
}

declare const window: Window & { readonly layerdiffHost: HostApi };

describe.skipIf(CANNOT !== undefined)('the desktop app', () => {
  const userData = mkdtempSync(join(tmpdir(), 'layerdiff-smoke-'));
  // Chromium refuses its sandbox to root, which is who runs in a container.
  const args = [`--user-data-dir=${userData}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    app = await _electron.launch({
      executablePath: BINARY ?? '',
      args: [...args, resolve('.'), DEMO.faulty],
    });
    page = await app.firstWindow();
    await page.waitForLoadState();
  });
  afterAll(async () => {
    await app?.close();
    rmSync(userData, { recursive: true, force: true });
  });

  test('shows its own page under its policy, and the page has no Node', async () => {
    expect(page.url()).toBe('app://bundle/index.html');
    const seen = await page.evaluate(async () => ({
      origin: window.location.origin,
      policy: (await fetch('index.html')).headers.get('Content-Security-Policy'),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      host: Object.keys(window.layerdiffHost).length,
    }));
    expect(seen).toMatchObject({ origin: 'app://bundle', node: [], host: 14 });
    expect(seen.policy).toContain("default-src 'none'");
  });

  test('reads nothing outside of the page', async () => {
    const statuses = await page.evaluate(() =>
      Promise.all(
        ['..%2f..%2fpackage.json', '%2e%2e/main/index.js', 'none.js'].map(
          async (path) => (await fetch(path).catch(() => ({ status: 0 }))).status,
        ),
      ),
    );
    for (const status of statuses) expect([0, 404]).toContain(status);
  });

  test('starts its service and hands the page a port', async () => {
    const answer = await page.evaluate(async () => {
      const port = new Promise<number>((done) =>
        window.addEventListener('message', (event) => {
          if (event.data === 'layerdiff:service-port') done(event.ports.length);
        }),
      );
      const connected = await window.layerdiffHost.connect();
      return { connected, ports: connected.ok ? await port : 0 };
    });
    expect(answer).toEqual({ connected: { ok: true, value: undefined }, ports: 1 });
  });

  test('has every command in its menu', async () => {
    const missing = await app.evaluate(
      ({ Menu }, ids) => ids.filter((id) => Menu.getApplicationMenu()?.getMenuItemById(id) === null),
      COMMANDS.map(({ id }) => id),
    );
    expect(missing).toEqual([]);
  });

  test('opens no window and stays on its page', async () => {
    await page.evaluate(() => void window.open('https://example.org/'));
    await page.evaluate(() => void (window.location.href = 'https://example.org/'));
    await page.waitForTimeout(500);
    expect(app.windows().length).toBe(1);
    expect(page.url()).toBe('app://bundle/index.html');
  });

  test('a dialog names a file, and an export is written', async () => {
    const target = join(userData, 'report.json');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, target);
    const answer = await page.evaluate(() =>
      window.layerdiffHost.saveFile('report.json', new TextEncoder().encode('{}')),
    );
    expect(answer).toEqual({ ok: true, value: target });
    expect(readFileSync(target, 'utf8')).toBe('{}');
  });

  test('a second start hands over its file and ends', async () => {
    const second = spawn(BINARY ?? '', [...args, resolve('.'), DEMO.healthy], { stdio: 'ignore' });
    const code = await new Promise((done) => second.once('exit', done));
    expect(code).toBe(0);
    expect(app.windows().length).toBe(1);
  });
});
