import { beforeEach, describe, expect, test, vi } from 'vitest';
import { runLifecycle } from '../../src/main/lifecycle.ts';
import type { Opener } from '../../src/main/lifecycle.ts';
import { NOTHING } from '../../src/main/launch.ts';
import type { app as FakeApp } from './electron-fake.ts';

let app: typeof FakeApp;
let calls: unknown[];
const opener: Opener = {
  begin: (launch) => void calls.push(['begin', launch]),
  openFiles: (paths) => void calls.push(['open', ...paths]),
};
const start = { argv: ['/opt/layerdiff', 'm.onnx'], cwd: '/home', isDefaultApp: false, platform: 'linux' };

beforeEach(async () => {
  vi.resetModules();
  ({ app } = await import('./electron-fake.ts'));
  calls = [];
});

describe('one instance', () => {
  test('the second hands over its words and quits', () => {
    app.hasLock = false;
    expect(runLifecycle(app, start, () => opener)).toBeUndefined();
    expect(app.lockData).toEqual({ words: ['m.onnx'], cwd: '/home' });
    expect(app.calls).toEqual(['quit']);
  });

  test('the first opens what the second was given, relative to where that stood', async () => {
    const started = runLifecycle(app, start, () => opener);
    app.becomeReady();
    await started;
    app.emit('second-instance', {}, ['mangled', '--flag'], '/', {
      words: ['x.onnx', 'dump'],
      cwd: '/models',
    });
    app.emit('second-instance', {}, [], '/', { words: 'x', cwd: 7 });
    app.emit('second-instance', {}, [], '/', undefined);
    expect(calls).toEqual([
      ['begin', { ...NOTHING, candidate: '/home/m.onnx' }],
      ['open', '/models/x.onnx', '/models/dump'],
      ['open'],
      ['open'],
    ]);
  });
});

describe('open-file', () => {
  const openFile = (path: string): boolean => {
    let prevented = false;
    app.emit('open-file', { preventDefault: () => (prevented = true) }, path);
    return prevented;
  };

  test('before ready it is kept for the first window, after it goes to the present one', async () => {
    const started = runLifecycle(app, { ...start, argv: ['/opt/layerdiff'] }, () => opener);
    expect(openFile('/models/early.onnx')).toBe(true);
    expect(openFile('/dumps/early')).toBe(true);
    expect(calls).toEqual([]);
    app.becomeReady();
    await started;
    openFile('/models/late.onnx');
    expect(calls).toEqual([
      ['begin', { ...NOTHING, candidate: '/models/early.onnx', reference: '/dumps/early' }],
      ['open', '/models/late.onnx'],
    ]);
  });
});

test.each([
  ['linux', ['quit']],
  ['darwin', []],
])('the last window closes on %s', (platform, expected) => {
  void runLifecycle(app, { ...start, platform }, () => opener);
  app.emit('window-all-closed');
  expect(app.calls).toEqual(expected);
});

test('a click on the icon before ready is not an error, after it opens a window', async () => {
  const started = runLifecycle(app, start, () => opener);
  app.emit('activate');
  app.becomeReady();
  await started;
  app.emit('activate');
  expect(calls.at(-1)).toEqual(['open']);
  expect(calls.length).toBe(2);
});
