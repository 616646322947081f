import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DetectionHead } from '../../src/shared/output-stage.ts';
import type { Report } from '../../src/shared/report.ts';
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
import { violationsOf } from './violations.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-stages-'));

/** The report of the command line: what the window shows must be the same. */
function reportOf(): Report {
  const path = join(folder, 'report.json');
  const cli = join(ROOT, 'build/cli/main.js');
  spawnSync(process.execPath, [cli, 'compare', ...STAGES, '--json', path, '--quiet']);
  return JSON.parse(readFileSync(path, 'utf8')) as Report;
}

function detectionOf(report: Report): DetectionHead {
  const head = report.outputStage.heads.find(({ kind }) => kind === 'detection');
  if (head?.kind !== 'detection') throw new Error('the fixture has a detector');
  return head;
}

describe.skipIf(NO_BROWSER !== undefined)('before the first node and after the last one', () => {
  let browser: Browser;
  let served: ServedWindow;
  let report: Report;
  beforeAll(async () => {
    browser = await startBrowser();
    report = reportOf();
    served = await startServe(...STAGES);
  });
  afterAll(async () => {
    await browser.close();
    served.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openStage(stage: 'inputs' | 'outputs', options = {}): Promise<Page> {
    const page = await openPage(browser, served.url, options);
    await waitForVerdict(page);
    await page.locator(`#center-${stage}`).click();
    await page.locator('.small-picture canvas').first().waitFor();
    return page;
  }

  test('inputs: every step with what to do, and both sides, their difference and the original as pictures', async () => {
    const page = await openStage('inputs');
    const image = report.inputs.find(({ name }) => name === 'image')!;
    const card = page.locator('.stage-card', { hasText: 'image' }).first();
    const steps = image.explanation!.best!.steps;
    expect(steps.length).toBeGreaterThan(1);
    expect(await card.locator('.stage-step-text').allTextContents()).toEqual(steps.map(({ text }) => text));
    for (const { fix } of steps) expect(await card.locator('.stage-steps').textContent()).toContain(fix);
    expect(await card.locator('figcaption > span').allTextContents()).toEqual([
      'PyTorch was fed',
      'deployed feeds',
      expect.stringMatching(/^difference, white = 0\.4/),
      'original picture',
    ]);
    const widths = await card
      .locator('.small-picture-frame')
      .evaluateAll((frames) => frames.map((frame) => Math.round(frame.getBoundingClientRect().width)));
    expect(new Set(widths).size).toBe(1);
    await page.context().close();
  });

  test('a picture opens large; arrow keys put the next one in its place; Escape closes', async () => {
    const page = await openStage('inputs');
    await page.locator('.small-picture-frame').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('canvas').waitFor();
    const pressed = dialog.locator('[aria-pressed="true"]');
    expect(await pressed.textContent()).toBe('PyTorch was fed');
    await page.keyboard.press('ArrowRight');
    expect(await pressed.textContent()).toBe('deployed feeds');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await pressed.textContent()).toBe('original picture');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('a prompt in the graph leads to the nodes that it reaches', async () => {
    const page = await openStage('inputs');
    const [prompt] = report.inputStage.prompts;
    await page.locator('.stage-card .finding-go').first().click();
    await page.locator('.node-fullname', { hasText: prompt!.firstMismatch! }).waitFor();
    await page.context().close();
  });

  test('outputs: a box for each detection; what is selected in the table is selected in the picture', async () => {
    const page = await openStage('outputs');
    const { matches, of } = detectionOf(report).matching!;
    expect(await page.locator('.box-reference').count()).toBe(of.reference);
    expect(await page.locator('.box-candidate').count()).toBe(of.candidate);
    await page.locator('.detection .table-row').first().click();
    const [first, second] = matches;
    const box = page.locator('.box-selected .box');
    expect(await cornersOf(page)).toEqual(first!.reference!.box.map((value) => value.toFixed(2)));
    expect(await box.count()).toBe(1);
    expect(await page.locator('.match-detail').first().textContent()).toContain(first!.text);
    await page.keyboard.press('ArrowDown');
    expect(await cornersOf(page)).toEqual(second!.reference!.box.map((value) => value.toFixed(2)));
    await page.context().close();
  });

  test('what is selected in the picture is selected in the table, and has class and score', async () => {
    const page = await openStage('outputs');
    await page.locator('.box-of-missing').first().dispatchEvent('click');
    const row = page.locator('.detection .table-row[aria-selected="true"]');
    await row.waitFor();
    // The label at the box is that of the row: state, class, score.
    const [state, label, score] = (await row.locator('.cell').allTextContents()).map((text) => text.trim());
    expect(state).toBe('missing');
    expect(await page.locator('.box-label').count()).toBe(1);
    expect(await page.locator('.box-label').textContent()).toBe(`${label}  ${score}`);
    await page.context().close();
  });

  test('states that are put away leave picture and table', async () => {
    const page = await openStage('outputs');
    const { counts } = detectionOf(report).matching!;
    await page.getByRole('button', { name: `missing ${counts.missing}` }).click();
    expect(await page.locator('.box-of-missing').count()).toBe(0);
    expect(await page.locator('.box-of-extra').count()).toBe(counts.extra);
    await page.locator('.detection').getByRole('grid').waitFor();
    expect(await page.locator('.detection [role="grid"]').getAttribute('aria-rowcount')).toBe(
      String(counts.extra + counts.moved + counts.matched + counts.rescored + counts.relabelled + 1),
    );
    await page.context().close();
  });

  test('the suppression is told in words, rule by rule and box by box', async () => {
    const page = await openStage('outputs');
    const { rules, steps } = detectionOf(report).nms!;
    const names = Object.keys(rules!.reference) as (keyof NonNullable<typeof rules>['reference'])[];
    const differing = names.filter((name) => rules!.reference[name] !== rules!.candidate[name]);
    expect(await page.locator('.stage-card [data-differs="true"] th').count()).toBe(differing.length);
    expect(await page.locator('.stage-card').textContent()).not.toMatch(/finalScoreThreshold|maxTotal/);
    expect(await page.locator('.walk .table-row').count()).toBe(
      steps.filter(({ differs }) => differs).length,
    );
    await page.context().close();
  });

  test('the stages have marks at both ends of the profile, which keys reach and which open their panes', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const after = page.getByRole('button', { name: /^out, after the last node: differs/ });
    await page.getByRole('button', { name: /^in, before the first node: differs/ }).focus();
    await page.keyboard.press('Tab');
    expect(await after.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.locator('#center-outputs[aria-selected="true"]').waitFor();
    await page.context().close();
  });

  test('what the graph passes on is not held against the stage after it', async () => {
    const demo = await startServe(join(DEMO, 'faulty.onnx'), join(DEMO, 'dump'));
    const page = await openPage(browser, demo.url);
    await waitForVerdict(page);
    await page.getByRole('button', { name: /^in, before the first node: as recorded/ }).waitFor();
    const after = page.getByRole('button', { name: /^out, after the last node: / });
    expect(await after.getAttribute('title')).toMatch(/adds nothing of its own, relative L2 0\.\d+$/);
    demo.stop();
    await page.context().close();
  });

  test('causes outside of the graph stand above the sites, and lead to their pane', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const names = await page.locator('.side-scroll .site .site-op').allTextContents();
    expect(names.slice(0, 3)).toEqual(['image', 'text', 'boxes, scores']);
    await page.locator('.site-op', { hasText: 'boxes, scores' }).click();
    await page.locator('#center-outputs[aria-selected="true"]').waitFor();
    await page.context().close();
  });

  test('settings keep several inputs, a line each, with spaces in their paths', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    await page.getByRole('button', { name: 'Comparison…' }).click();
    const field = page.getByRole('textbox', { name: 'Deployed inputs' });
    expect(await field.inputValue()).toBe(STAGES[3]);
    await field.fill('');
    await field.pressSequentially('a b.npy\nx=c.npy');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Comparison…' }).click();
    expect(await field.inputValue()).toBe('a b.npy\nx=c.npy');
    await page.getByRole('button', { name: 'Choose… Original picture' }).click();
    await page.getByRole('dialog', { name: /Choose a picture/ }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('textbox', { name: 'Original picture' }).inputValue()).toBe(STAGES[5]);
    await page.context().close();
  });

  for (const stage of ['inputs', 'outputs'] as const)
    for (const scheme of ['light', 'dark'] as const)
      for (const width of [1280, 1000])
        test(`axe finds nothing serious: ${stage}, ${scheme}, ${width}`, async () => {
          const page = await openStage(stage, { scheme, width });
          if (stage === 'outputs') await page.locator('.detection .table-row').first().click();
          expect(await violationsOf(page)).toEqual([]);
          await page.locator('.small-picture .button-tiny').first().click();
          await page.getByRole('dialog').locator('canvas').waitFor();
          expect(await violationsOf(page)).toEqual([]);
          await page.context().close();
        });
});

/** Of the box that is highlighted, in pixels of the picture. */
async function cornersOf(page: Page): Promise<string[]> {
  return page
    .locator('.box-selected .box')
    .first()
    .evaluate((box) => {
      const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) =>
        Number(box.getAttribute(name)),
      );
      return [x!, y!, x! + width!, y! + height!].map((value) => value.toFixed(2));
    });
}
