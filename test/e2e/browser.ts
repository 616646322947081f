import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const DEMO = join(ROOT, 'resources/demo');

const ALL = join(ROOT, 'test/fixtures/catalogue/ALL');
/** A detector with four causes at once: its inputs, a prompt in the graph, a node, and what comes after the last one. */
export const STAGES: readonly string[] = [
  join(ALL, 'torchscript.onnx'),
  join(ALL, 'dump'),
  ...[
    '--inputs',
    join(ALL, 'deployed'),
    '--image',
    join(ALL, 'picture.png'),
    '--deployed',
    join(ALL, 'deployed'),
  ],
];

const CHROMIUM = process.env['LAYERDIFF_CHROMIUM'] ?? '/usr/bin/chromium';
/** Why these tests cannot run here; undefined where they can. */
export const NO_BROWSER = existsSync(CHROMIUM)
  ? undefined
  : `no Chromium at ${CHROMIUM} (LAYERDIFF_CHROMIUM)`;
if (NO_BROWSER !== undefined) console.log(`skipped: test/e2e, ${NO_BROWSER}`);

export interface ServedWindow {
  readonly url: string;
  readonly server: ChildProcess;
  readonly stop: () => void;
}

/** `layerdiff serve` as a user starts it. */
export async function startServe(...args: readonly string[]): Promise<ServedWindow> {
  const server = spawn(process.execPath, [join(ROOT, 'build/cli/main.js'), 'serve', ...args, '--port', '0'], {
    cwd: ROOT,
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (data: Buffer): void => {
      text += data.toString();
      const found = /open (http\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', () => reject(new Error(`the server ended: ${text}`)));
  });
  return { url, server, stop: () => server.kill('SIGINT') };
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly locale?: string;
}

/** A page without memory of others, that fails a test by what it logs as an error. */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.scheme ?? 'light',
    locale: options.locale ?? 'en',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

export async function waitForVerdict(page: Page): Promise<string> {
  await page.locator('.verdict-kind').waitFor({ timeout: 60_000 });
  return (await page.locator('.verdict-sentence').textContent()) ?? '';
}

/** Processes that a process has started. */
export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => Number(line))
    .filter((child) => child > 0);
}
