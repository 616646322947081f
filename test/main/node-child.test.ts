import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Child } from '../../src/main/engine/child.ts';
import { handshake } from '../../src/main/engine/handshake.ts';
import { spawnNode } from '../../src/main/engine/node-child.ts';
import { unpacked } from '../../src/main/engine/unpacked.ts';
import { HOST_PROTOCOL } from '../../src/shared/host-api.ts';

/** A real process: what a plain Node is told and says crosses real IPC. */
let folder: string;
let child: Child | undefined;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'layerdiff-node-')))));
afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function run(source: string): Child {
  writeFileSync(join(folder, 'entry.mjs'), source);
  const options = { name: 'x', cwd: folder, env: { LAYERDIFF_TEST: 'yes' } };
  child = spawnNode(spawn, process.execPath, join(folder, 'entry.mjs'), options);
  return child;
}

test('typed arrays cross as they are; folder and environment are as asked', async () => {
  const echo = run(`
    process.on('message', (message) => process.send({ message, cwd: process.cwd(), env: process.env.LAYERDIFF_TEST }));
    process.send({ type: 'ready', protocol: ${HOST_PROTOCOL} });
  `);
  await handshake(echo);
  const answer = new Promise((resolve) => echo.onMessage(resolve));
  echo.post({ values: new Float32Array([1.5, NaN]) });
  expect(await answer).toEqual({
    message: { values: new Float32Array([1.5, NaN]) },
    cwd: folder,
    env: 'yes',
  });
  expect(() => echo.post({}, [{} as never])).toThrow('port');
});

test('a start-up error is its last words', async () => {
  await expect(handshake(run(`throw new Error('no such library')`))).rejects.toMatchObject({
    tag: 'engine-died',
    message: expect.stringContaining('exit code 1') as string,
  });
});

test('one that blocks its thread can be killed, and telling it more is not an error', async () => {
  const busy = run(`process.send({ type: 'ready', protocol: ${HOST_PROTOCOL} }, () => { for (;;); });`);
  await handshake(busy);
  busy.kill();
  expect((await busy.ended).how).toBe('SIGKILL');
  busy.post({ late: true });
});

test('a Node that is not there has ended', async () => {
  child = spawnNode(spawn, join(folder, 'none'), 'entry.mjs', { name: 'x' });
  expect((await child.ended).how).toContain('ENOENT');
});

test.each([
  [
    '/opt/app/resources/app.asar/build/service/entry.js',
    '/opt/app/resources/app.asar.unpacked/build/service/entry.js',
  ],
  ['C:\\app\\app.asar\\build\\entry.js', 'C:\\app\\app.asar.unpacked\\build\\entry.js'],
  ['/home/my.app.asar.d/entry.js', '/home/my.app.asar.d/entry.js'],
])('%s runs from %s', (path, expected) => expect(unpacked(path)).toBe(expected));
