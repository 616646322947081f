import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServedWindow } from './browser.ts';
import { DEMO, NO_BROWSER, openPage, startBrowser, startServe, waitForVerdict } from './browser.ts';
import { violationsOf } from './violations.ts';

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
