import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAtomically } from '../../src/main/store/atomic-write.ts';
import { RecentFiles } from '../../src/main/store/recent-files.ts';
import { openSettings } from '../../src/main/store/settings.ts';
import { app } from './electron-fake.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'layerdiff-store-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('recent files', () => {
  const model = (name: string) => ({ path: `/models/${name}.onnx`, kind: 'model' as const });

  test('the newest first, each once, at most fifteen, over a restart', async () => {
    const recent = new RecentFiles(folder, app);
    for (let index = 0; index < 20; index++) await recent.add(model(String(index)));
    await recent.add(model('10'));
    const again = new RecentFiles(folder, app).list();
    expect(again).toEqual(recent.list());
    expect(again.length).toBe(15);
    expect(again.slice(0, 3)).toEqual([model('10'), model('19'), model('18')]);
    expect(again.filter(({ path }) => path.endsWith('/10.onnx')).length).toBe(1);
    expect(app.calls).toContain('recent /models/10.onnx');
    await recent.clear();
    expect(new RecentFiles(folder, app).list()).toEqual([]);
    expect(app.calls).toContain('clear recent');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"version":1,'],
    ['another version', '{"version":2,"files":[]}'],
    ['other fields', '{"version":1,"files":[{"path":7}]}'],
    ['an array', '[]'],
  ])('a file with %s counts as empty, and is replaced by the next', async (_name, text) => {
    writeFileSync(join(folder, 'recent-files.json'), text);
    const recent = new RecentFiles(folder, app);
    expect(recent.list()).toEqual([]);
    await recent.add(model('a'));
    expect(new RecentFiles(folder, app).list()).toEqual([model('a')]);
  });
});

test('settings are kept, and damaged ones do not keep the app from starting', async () => {
  const settings = openSettings(folder);
  await settings.set({ ...settings.get(), language: 'zh-CN', enginePath: '/usr/bin/node' });
  expect(openSettings(folder).get()).toMatchObject({ language: 'zh-CN', enginePath: '/usr/bin/node' });
  writeFileSync(join(folder, 'settings.json'), '\u0000');
  expect(openSettings(folder).get()).toEqual({ version: 1, theme: 'system', folders: {} });
});

describe('writing a file', () => {
  test('replaces it whole and leaves nothing beside it', async () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, 'before');
    await writeAtomically(path, Uint8Array.of(65, 66));
    expect(readFileSync(path, 'utf8')).toBe('AB');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('a folder that is not there is named, with a way out', async () => {
    const path = join(folder, 'none/report.json');
    await expect(writeAtomically(path, 'x')).rejects.toMatchObject({
      tag: 'bad-request',
      file: path,
      wayOut: 'choose another folder',
    });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
