import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServedWindow } from './browser.ts';
import { DEMO, NO_BROWSER, openPage, startBrowser, startServe, waitForVerdict } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Serious and critical violations of WCAG 2.1 A and AA and of best practices, as lines. */
async function violationsOf(page: Page): Promise<string[]> {
  // Run through the debugger: the page's policy refuses injected scripts.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  const { result } = (await session.send('Runtime.evaluate', {
    expression: 'axe.run().then((done) => JSON.stringify(done.violations))',
    awaitPromise: true,
  })) as { result: { value: string } };
  return (JSON.parse(result.value) as Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

describe.skipIf(NO_BROWSER !== undefined)('axe finds nothing serious', () => {
  let browser: Browser;
  let served: ServedWindow;
  beforeAll(async () => {
    browser = await startBrowser();
    served = await startServe(join(DEMO, 'faulty.onnx'), join(DEMO, 'dump'));
  });
  afterAll(async () => {
    await browser.close();
    served.stop();
  });

  const views: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
    ['graph', () => Promise.resolve()],
    ['tensors', (page) => page.getByRole('tab', { name: 'Tensors' }).click()],
    ['coverage', (page) => page.getByRole('tab', { name: 'Coverage' }).click()],
    ['findings', (page) => page.getByRole('tab', { name: 'Findings' }).click()],
    ['evidence', (page) => page.locator('.site .evidence summary').first().click()],
    ['modules', (page) => page.getByRole('tab', { name: 'Modules' }).click()],
    ['nodes', (page) => page.getByRole('tab', { name: 'Nodes' }).click()],
    ['palette', (page) => page.keyboard.press('Control+k')],
    ['run panel', (page) => page.getByRole('button', { name: 'Comparison…' }).click()],
    ['keyboard help', (page) => page.keyboard.press('F1')],
    ['file picker', (page) => page.keyboard.press('Control+o')],
    [
      'chart as a table',
      (page) => page.locator('.chart').first().getByRole('button', { name: 'table' }).click(),
    ],
  ];
  for (const scheme of ['light', 'dark'] as const) {
    for (const [name, go] of views) {
      test(`${name}, ${scheme}`, async () => {
        const page = await openPage(browser, served.url, { scheme });
        await waitForVerdict(page);
        await page.locator('.probe .chart').first().waitFor();
        await go(page);
        await page.waitForTimeout(300);
        expect(await violationsOf(page)).toEqual([]);
        await page.context().close();
      });
    }
    test(`first start, ${scheme}`, async () => {
      const empty = await startServe();
      const page = await openPage(browser, empty.url, { scheme });
      await page.getByRole('button', { name: 'Try the demo' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      empty.stop();
      await page.context().close();
    });
  }
});
