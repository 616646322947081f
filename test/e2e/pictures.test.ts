import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServedWindow } from './browser.ts';
import {
  DEMO,
  NO_BROWSER,
  openPage,
  ROOT,
  STAGES,
  startBrowser,
  startServe,
  waitForVerdict,
} from './browser.ts';
import { comparePictures } from './compare-pictures.ts';

/** `npm run pictures` takes them anew; they are looked at before they are committed. */
const FOLDER = join(ROOT, 'test/golden/pictures');
const isUpdate = process.env['UPDATE_PICTURES'] === '1';
/** Fonts differ a little between machines; a pane that moved is far above this. */
const MOST_DIFFERENT = 0.02;

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

describe.skipIf(NO_BROWSER !== undefined)('pictures of the window', () => {
  let browser: Browser;
  const served = new Map<string, ServedWindow>();
  beforeAll(async () => {
    browser = await startBrowser();
    served.set('demo', await startServe(join(DEMO, 'faulty.onnx'), join(DEMO, 'dump')));
    const deep = join(ROOT, 'test/fixtures/deep');
    served.set('transformer', await startServe(join(deep, 'faulty.onnx'), join(deep, 'dump')));
    const stages = await startServe(...STAGES);
    served.set('inputs', stages);
    served.set('outputs', stages);
    served.set('start', await startServe());
    mkdirSync(FOLDER, { recursive: true });
  });
  afterAll(async () => {
    await browser.close();
    for (const one of served.values()) one.stop();
  });

  for (const model of ['demo', 'transformer', 'inputs', 'outputs', 'start'] as const) {
    for (const { width, height } of SIZES) {
      for (const scheme of ['light', 'dark'] as const) {
        for (const locale of ['en', 'zh-CN'] as const) {
          const name = `${model}-${width}x${height}-${scheme}-${locale}.png`;
          test(name, async () => {
            const page = await openPage(browser, served.get(model)!.url, { width, height, scheme, locale });
            await settle(page, model === 'start');
            if (model === 'inputs' || model === 'outputs') await showStage(page, model);
            const seen = await page.screenshot();
            const path = join(FOLDER, name);
            if (isUpdate || !existsSync(path)) {
              writeFileSync(path, seen);
              if (!isUpdate)
                throw new Error(`${name} was not there and has been made: look at it, then commit it`);
            }
            const { share, sizes } = await comparePictures(page, readFileSync(path), seen);
            expect(sizes[0]).toBe(sizes[1]);
            expect(share).toBeLessThanOrEqual(MOST_DIFFERENT);
            await page.context().close();
          });
        }
      }
    }
  }
});

/** The pane of what is before the first node, or after the last one, with its pictures. */
async function showStage(page: Page, stage: 'inputs' | 'outputs'): Promise<void> {
  await page.locator(`#center-${stage}`).click();
  await page.locator('.small-picture canvas').first().waitFor();
  await page.waitForTimeout(300);
}

/** Everything is drawn, and what tells the time is gone. */
async function settle(page: Page, isStart: boolean): Promise<void> {
  if (isStart) {
    await page.locator('.start-actions').first().waitFor();
  } else {
    await waitForVerdict(page);
    await page.locator('.probe .chart').first().waitFor();
  }
  await page.locator('.status').evaluate((element) => (element.style.visibility = 'hidden'));
  await page.waitForTimeout(700);
}
