import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { median } from '../bench/measure.mjs';
import { buildPage } from './build-page.mjs';

const NODES = 10_000;
const RUNS = 5;
const FRAMES = 150;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** The graph pane in headless Chromium without a GPU: first picture, longest block, frames while the view moves. */
export async function benchWindow() {
  if (CHROMIUM === undefined) {
    console.log('window: no Chromium found, skipped');
    return;
  }
  const folder = await buildPage();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    return createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const runs = [];
    for (let run = 0; run < RUNS; run++) runs.push(await once(browser, server.address().port));
    print(runs);
  } finally {
    await browser.close();
    server.close();
  }
}

async function once(browser, port) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`http://127.0.0.1:${port}/?size=${NODES}&mask`);
  await page.waitForFunction(() => window.pane?.firstPicture() !== undefined);
  const firstPicture = await page.evaluate(() => window.pane.firstPicture());
  const longest = { 'until the first picture': await blocked(page) };
  const frames = { 'first picture': await move(page) };
  await blocked(page);
  const flat = await page.evaluate(() => window.pane.toFlat());
  longest['until the flat picture'] = await blocked(page);
  await page.evaluate(() => window.pane.view().actualSize());
  await page.waitForTimeout(500);
  frames['flat, 1:1'] = await move(page);
  await page.evaluate(() => window.pane.view().fit());
  await page.waitForTimeout(500);
  frames['flat, all of it on view'] = await move(page);
  longest['while the view moves, flat'] = await blocked(page);
  await page.close();
  return { firstPicture, flat, longest, frames };
}

/** Long tasks are told a little late. @returns ms of the longest block over 50 ms since the last question */
async function blocked(page) {
  await page.waitForTimeout(300);
  return page.evaluate(() => window.pane.longest());
}

/** Pans and zooms as gestures do, a step a frame. @returns ms between frames */
async function move(page) {
  return {
    pan: await page.evaluate((count) => window.pane.frames(count, 'pan'), FRAMES),
    zoom: await page.evaluate((count) => window.pane.frames(count, 'zoom'), FRAMES),
  };
}

function print(runs) {
  const of = (pick) => median(runs.map(pick)).toFixed(0);
  console.log(
    `window: ${NODES} nodes and a shared tensor, headless Chromium without GPU, median of ${RUNS} runs`,
  );
  console.log(`  first picture ${of((run) => run.firstPicture)} ms after the model is handed over`);
  console.log(`  flat picture ${of((run) => run.flat)} ms after it is asked for`);
  for (const name of Object.keys(runs[0].longest)) {
    console.log(
      `  longest block of the page ${name} ${of((run) => run.longest[name])} ms (0: none over 50 ms)`,
    );
  }
  for (const name of Object.keys(runs[0].frames)) {
    for (const way of ['pan', 'zoom']) {
      const all = runs.flatMap((run) => run.frames[name][way]).sort((one, other) => one - other);
      const p95 = all[Math.floor(all.length * 0.95)];
      console.log(`  ${name}, ${way}: median frame ${median(all).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
    }
  }
}
