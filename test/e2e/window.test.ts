import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/shared/report.ts';
import { buildModel } from '../support/build-model.ts';
import type { ServedWindow } from './browser.ts';
import {
  childrenOf,
  DEMO,
  NO_BROWSER,
  openPage,
  ROOT,
  startBrowser,
  startServe,
  waitForVerdict,
} from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-e2e-'));
const faulty = join(DEMO, 'faulty.onnx');
const dump = join(DEMO, 'dump');

/** The report of the command line: what the window shows must be the same. */
function reportOf(candidate: string, reference: string): Report {
  const path = join(folder, 'report.json');
  spawnSync(process.execPath, [
    join(ROOT, 'build/cli/main.js'),
    'compare',
    candidate,
    reference,
    '--json',
    path,
    '--quiet',
  ]);
  return JSON.parse(readFileSync(path, 'utf8')) as Report;
}

async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'utf8');
}

async function exported(page: Page, command: string): Promise<Download> {
  await page.keyboard.press('Control+k');
  await page.locator('.palette-input').fill(command);
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  return download;
}

describe.skipIf(NO_BROWSER !== undefined)('the window in a browser', () => {
  let browser: Browser;
  let served: ServedWindow;
  beforeAll(async () => {
    browser = await startBrowser();
    served = await startServe(faulty, dump);
  });
  afterAll(async () => {
    await browser.close();
    served.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('opens the demo, runs, and says where the error is', async () => {
    const page = await openPage(browser, served.url);
    const sentence = await waitForVerdict(page);
    const report = reportOf(faulty, dump);
    expect(sentence).toContain(report.verdict.sentence);
    expect(await page.locator('.site').count()).toBe(3);
    for (const { node } of JSON.parse(readFileSync(join(DEMO, 'faults.json'), 'utf8')).faults as {
      node: string;
    }[])
      await page.locator('.site-name', { hasText: node }).waitFor();
    await page.context().close();
  });

  test('the setting that is right stands under the verdict and can be copied', async () => {
    const catalogue = join(ROOT, 'test/fixtures/catalogue/E1');
    const own = await startServe(join(catalogue, 'torchscript.onnx'), join(catalogue, 'dump'));
    const page = await openPage(browser, own.url);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await waitForVerdict(page);
    const banner = page.locator('.verdict-cause');
    await banner.getByText('samples at other coordinates than PyTorch did').waitFor();
    await banner.getByRole('button', { name: /^Copy coordinate_/ }).click();
    await banner.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'coordinate_transformation_mode=align_corners',
    );
    own.stop();
    await page.context().close();
  });

  test('a card tells shares and cause, opens its evidence, and is selected by a click or a key', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const report = reportOf(faulty, dump);
    const card = page.locator('.site').nth(1);
    const site = report.verdict.sites[1]!;
    expect(await card.locator('.share-output').allTextContents()).toEqual(
      site.contribution.map(({ output }) => output),
    );
    expect(await card.locator('.site-op').getAttribute('aria-pressed')).toBe('false');
    await card.locator('.site-name').click();
    expect(await card.locator('.site-op').getAttribute('aria-pressed')).toBe('true');
    await page.locator('.node-fullname', { hasText: site.node! }).waitFor();
    await card.locator('.evidence summary').click();
    expect(await card.locator('.evidence li').allTextContents()).toEqual(site.evidence);
    await page.locator('.site-op').nth(2).focus();
    await page.keyboard.press('Enter');
    await page.locator('.node-fullname', { hasText: report.verdict.sites[2]!.node! }).waitFor();
    await page.context().close();
  });

  test('all findings of the report are read in one place, and lead to their node', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const { findings, verdict } = reportOf(faulty, dump);
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    await page.locator('.site-op').first().click();
    await page.getByRole('tab', { name: 'Findings' }).click();
    const shown = page.locator('.findings .finding');
    expect(await shown.count()).toBe(findings.length);
    await page.getByRole('button', { name: 'Notes' }).click();
    expect(await shown.locator('.finding-text').allTextContents()).toEqual(warnings.map(({ text }) => text));
    await page.locator('.findings').getByRole('searchbox').fill('no such word');
    await page.getByText('No finding is like this.').waitFor();
    await page.locator('.findings').getByRole('searchbox').fill('leakyrelu');
    await shown
      .first()
      .getByRole('button', { name: /^Go to/ })
      .click();
    const leaky = verdict.sites.find((site) => site.opType === 'LeakyRelu');
    await page.locator('.node-fullname', { hasText: leaky!.node! }).waitFor();
    await page.context().close();
  });

  test('a click on a node of the graph shows its histogram, with the counts of the report', async () => {
    const page = await openPage(browser, served.url, { width: 1600, height: 1000 });
    await waitForVerdict(page);
    const report = reportOf(faulty, dump);
    const clicked = await clickSomeNode(page, report);
    const row = report.tensors.find((one) => one.node === clicked && one.local !== undefined);
    await page.locator('.node-fullname', { hasText: clicked }).waitFor();
    const counts = await page
      .locator('.chart')
      .first()
      .locator('rect[data-count]')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('data-count'))));
    const histogram = row!.local!.histogram;
    expect(counts).toEqual([histogram.zero, ...histogram.bins.map((bin) => bin.count)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(row!.local!.count - histogram.denormal);
    await page.context().close();
  });

  test('brushing the profile selects those nodes', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const box = (await page.locator('.profile-svg').boundingBox())!;
    const axis = (await page.locator('.profile-svg .axis-line').boundingBox())!;
    const at = (share: number): number => axis.x + share * axis.width;
    await page.mouse.move(at(0.25), box.y + 60);
    await page.mouse.down();
    await page.mouse.move(at(0.5), box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('tab', { name: 'Tensors' }).click();
    const text = (await page.getByText(/\d+ of 271 rows/).textContent())!;
    // A quarter of 271 nodes, give or take the ends.
    expect(Number(/(\d+) of/.exec(text)?.[1])).toBeGreaterThan(65);
    expect(Number(/(\d+) of/.exec(text)?.[1])).toBeLessThan(71);
    await page.context().close();
  });

  test('a pair made by hand changes the report', async () => {
    const { model, reference } = unlikeNames(folder);
    const own = await startServe(model, reference);
    const page = await openPage(browser, own.url);
    expect(await waitForVerdict(page)).not.toContain('Relu');
    await page.getByRole('tab', { name: 'Coverage' }).click();
    await page.locator('.coverage-side').first().locator('.table-row', { hasText: 'y' }).click();
    await page.locator('.coverage-side').last().locator('.table-row', { hasText: 'activated' }).click();
    await page.getByRole('button', { name: 'Pair the two selected' }).click();
    await page.getByText('1 pair made by hand').waitFor();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.locator('.verdict-sentence', { hasText: 'Relu' }).waitFor();
    const report = JSON.parse(await textOf(await exported(page, 'Report as JSON'))) as Report;
    expect(report.verdict.sites.map((site) => site.node)).toEqual(['n0']);
    expect(report.tensors.find((row) => row.name === 'y')?.pairs[0]?.rule).toBe('map');
    own.stop();
    await page.context().close();
  });

  test('exports open and parse', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    const report = JSON.parse(await textOf(await exported(page, 'Report as JSON'))) as Report;
    expect(report.verdict.sites).toHaveLength(3);
    const csv = (await textOf(await exported(page, 'Tensor Table as CSV'))).trim().split('\r\n');
    expect(csv).toHaveLength(1 + report.tensors.length);
    expect(await textOf(await exported(page, 'Summary as Markdown'))).toContain('### Site 3');
    const map = JSON.parse(await textOf(await exported(page, 'Pairs as Map File'))) as { schema: string };
    expect(map.schema).toBe('layerdiff.map/1');
    expect(await textOf(await exported(page, 'Graph as SVG'))).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    const png = readFileSync(await (await exported(page, 'Graph as PNG')).path());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const chart = page.waitForEvent('download');
    await page.locator('.chart').first().getByRole('button', { name: /^SVG/ }).click();
    expect(await textOf(await chart)).toContain('<svg');
    await page.context().close();
  });

  test('the engine’s death is a state of the page, and a rerun works', async () => {
    const page = await openPage(browser, served.url);
    await waitForVerdict(page);
    // The engine stays for looks inside tensors; what it is asked for after its death is refused.
    const before = childrenOf(served.server.pid!);
    expect(before.length).toBeGreaterThan(0);
    const slow = slowFiles(folder);
    const slowServed = await startServe(slow.model, slow.reference);
    const slowPage = await openPage(browser, slowServed.url);
    await slowPage.getByText('free run: error so far').waitFor({ timeout: 60_000 });
    for (const pid of childrenOf(slowServed.server.pid!)) process.kill(pid, 'SIGKILL');
    await slowPage.getByRole('heading', { name: 'The engine stopped' }).waitFor();
    await slowPage.getByText(/SIGKILL/).waitFor();
    await slowPage.locator('.verdict').getByRole('button', { name: 'Run again' }).click();
    await slowPage.getByText('free run: error so far').waitFor({ timeout: 60_000 });
    await slowPage.locator('.status').getByRole('button', { name: 'Cancel' }).click();
    await slowPage.getByRole('heading', { name: 'Stopped' }).waitFor();
    slowServed.stop();
    await slowPage.context().close();
    await page.context().close();
  });

  test.each([
    ['unet/dynamo20.onnx', 'unet/dump'],
    ['transformer/ts17.onnx', 'transformer/dump'],
  ])('a real export, %s', async (candidate, reference) => {
    const exports = join(ROOT, 'test/fixtures/exports');
    const real = await startServe(join(exports, candidate), join(exports, reference));
    const page = await openPage(browser, real.url);
    expect(await waitForVerdict(page)).toContain('no fault');
    const report = reportOf(join(exports, candidate), join(exports, reference));
    await page.getByRole('tab', { name: 'Tensors' }).click();
    await page.getByText(`${report.tensors.length} rows`).waitFor();
    const row = report.tensors.find((one) => one.local !== undefined && one.local.maxAbs > 0)!;
    await page.getByRole('searchbox', { name: 'Filter' }).fill(row.name);
    await page.locator('.table-row', { hasText: row.name }).first().click();
    const counts = await page
      .locator('.chart')
      .first()
      .locator('rect[data-count]')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('data-count'))));
    expect(counts).toEqual([row.local!.histogram.zero, ...row.local!.histogram.bins.map((bin) => bin.count)]);
    real.stop();
    await page.context().close();
  });

  test('two tabs run at once, each its own', async () => {
    const [first, second] = [await openPage(browser, served.url), await openPage(browser, served.url)];
    const sentences = await Promise.all([waitForVerdict(first), waitForVerdict(second)]);
    expect(sentences[0]).toBe(sentences[1]);
    await first.context().close();
    await second.getByRole('button', { name: 'Run again' }).click();
    await second.locator('.verdict-fault').waitFor();
    await second.context().close();
  });

  test('a finished report opens without model or dump', async () => {
    reportOf(faulty, dump);
    const alone = await startServe(join(folder, 'report.json'));
    const page = await openPage(browser, alone.url);
    expect(await waitForVerdict(page)).toContain('introduced at 3 places');
    await page.getByText('This report is shown without its model').waitFor();
    expect(await page.locator('.profile .site-mark').count()).toBe(3);
    alone.stop();
    await page.context().close();
  });

  test('a model alone opens at once', async () => {
    const alone = await startServe(faulty);
    const page = await openPage(browser, alone.url);
    await page.getByRole('heading', { name: 'No comparison yet' }).waitFor();
    await page.getByRole('tab', { name: 'Nodes' }).click();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('resize');
    await page.locator('.node-row', { hasText: 'Resize' }).first().click();
    await page.getByText('coordinate_transformation_mode').waitFor();
    alone.stop();
    await page.context().close();
  });
});

/** Finds a node under the pointer that was compared, as a person does: by moving over the picture. */
async function clickSomeNode(page: Page, report: Report): Promise<string> {
  const canvas = (await page.locator('canvas').first().boundingBox())!;
  const judged = new Set(report.tensors.filter((row) => row.local !== undefined).map((row) => row.node));
  for (let y = canvas.y + 60; y < canvas.y + canvas.height - 20; y += 18) {
    for (let x = canvas.x + 80; x < canvas.x + canvas.width - 80; x += 30) {
      await page.mouse.move(x, y);
      const text = (await page.locator('.graph-tip').allTextContents()).join(' ');
      const name = [...judged].find((one) => text.includes(one));
      if (name === undefined) continue;
      await page.mouse.click(x, y);
      const shown = await page.locator('.node-fullname').textContent();
      if (shown === name) return name;
    }
  }
  throw new Error('no node was found under the pointer');
}

/** A model that takes seconds: one weight multiplied 120 times. */
function slowFiles(into: string): { model: string; reference: string } {
  const size = 1400;
  const values = new Float32Array(size * size);
  for (let index = 0; index < size; index++) values[index * size + index] = 1;
  const names = Array.from({ length: 120 }, (_, index) => `y${index}`);
  const model = join(into, 'slow.onnx');
  buildModel(
    {
      inputs: { x: [size, size] },
      nodes: names.map((name, index) => ({
        op: 'MatMul',
        inputs: [index === 0 ? 'x' : `y${index - 1}`, 'w'],
        outputs: [name],
      })),
      outputs: ['y119'],
      weights: { w: { dims: [size, size], values } },
    },
    model,
  );
  const reference = join(into, 'slow.safetensors');
  writeSafetensors({ x: { dims: [size, size], values }, y119: { dims: [size, size], values } }, reference);
  return { model, reference };
}

/** y = Relu(x), z = Sigmoid(y); the reference calls y `activated`, and has it a tenth larger. */
function unlikeNames(into: string): { model: string; reference: string } {
  const model = join(into, 'unlike.onnx');
  buildModel(
    {
      inputs: { x: [1, 64] },
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['y'] },
        { op: 'Sigmoid', inputs: ['y'], outputs: ['z'] },
      ],
      outputs: ['z'],
    },
    model,
  );
  const x = Float32Array.from({ length: 64 }, (_, index) => Math.sin(index));
  const activated = x.map((value) => Math.max(0, value) * 1.1);
  const z = activated.map((value) => 1 / (1 + Math.exp(-value)));
  const reference = join(into, 'unlike.safetensors');
  const dims = [1, 64];
  writeSafetensors(
    { x: { dims, values: x }, activated: { dims, values: activated }, z: { dims, values: z } },
    reference,
  );
  return { model, reference };
}

function writeSafetensors(
  tensors: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: Float32Array }>>,
  path: string,
): void {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { dims, values }]) => {
    const begin = offset;
    offset += values.byteLength;
    return [name, { dtype: 'F32', shape: dims, data_offsets: [begin, offset] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bodies = Object.values(tensors).map(({ values }) => Buffer.from(values.buffer));
  writeFileSync(path, Buffer.concat([length, header, ...bodies]));
}
