import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { electronBinary } from '../../src/cli/electron-binary.ts';
import { foldersOf, launchFrom } from '../../src/cli/launch.ts';
import { partialReport } from '../../src/engine/compare/partial.ts';
import { reportJson } from '../../src/engine/report/index.ts';
import { optionsFor } from '../support/compare-files.ts';
import { DEMO } from '../support/demo.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-launch-'));
  const report = [...reportJson(partialReport(optionsFor('/m', '/d'), [], 'stopped'))].join('');
  writeFileSync(at('REPORT.json'), report);
  writeFileSync(at('report.onnx'), report);
  writeFileSync(at('model.json'), Uint8Array.from([8, 8]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTHING = { candidate: undefined, reference: undefined, report: undefined };

describe('what view and serve are given', () => {
  test('nothing opens nothing', () => {
    expect(launchFrom(undefined, undefined)).toEqual(NOTHING);
  });

  test('a model, with or without a reference', () => {
    expect(launchFrom(DEMO.faulty, undefined)).toEqual({ ...NOTHING, candidate: DEMO.faulty });
    expect(launchFrom(DEMO.faulty, DEMO.dump)).toEqual({
      ...NOTHING,
      candidate: DEMO.faulty,
      reference: DEMO.dump,
    });
  });

  test('a report or a model by its content, whatever it is called', () => {
    expect(launchFrom(at('REPORT.json'), undefined)).toEqual({ ...NOTHING, report: at('REPORT.json') });
    expect(launchFrom(at('report.onnx'), undefined)).toEqual({ ...NOTHING, report: at('report.onnx') });
    expect(launchFrom(at('model.json'), undefined)).toEqual({ ...NOTHING, candidate: at('model.json') });
  });

  test.each<readonly [first: string, second: string | undefined, refusal: object]>([
    ['nothing.onnx', undefined, { tag: 'bad-file', file: 'nothing.onnx', message: 'no such file' }],
    ['nothing.json', undefined, { tag: 'bad-file', file: 'nothing.json', message: 'no such file' }],
    [DEMO.faulty, 'nothing', { tag: 'bad-file', file: 'nothing', message: 'no such file' }],
  ])('%s %s is refused by the name that was typed', (first, second, refusal) => {
    expect(() => launchFrom(first, second)).toThrow(expect.objectContaining(refusal));
  });

  test('a report needs no reference', () => {
    expect(() => launchFrom(at('REPORT.json'), DEMO.dump)).toThrow('a report needs no reference');
  });

  test('a window may look at its files and into the folders that they are in', () => {
    expect(foldersOf({ ...NOTHING, candidate: '/a/m.onnx', reference: '/b/dump' })).toEqual([
      '/a/m.onnx',
      '/a',
      '/b/dump',
      '/b',
    ]);
    expect(foldersOf(NOTHING)).toEqual([]);
  });
});

/** By the rules of electron's index.js, without its download. */
describe('Electron’s binary', () => {
  const files: readonly (readonly [folder: string, name: string, content: string])[] = [
    ['installed', 'path.txt', 'electron-binary\n'],
    ['installed/dist', 'electron-binary', ''],
    ['recorded', 'path.txt', 'electron-binary'],
    ['override', 'electron', ''],
    ['override-named', 'electron-binary', ''],
  ];
  beforeAll(() => {
    mkdirSync(at('bare'));
    for (const [where, name, content] of files) {
      mkdirSync(at(where), { recursive: true });
      writeFileSync(join(at(where), name), content);
    }
  });

  test.each<
    readonly [what: string, folder: string, override: string | undefined, expected: string | undefined]
  >([
    ['was downloaded', 'installed', undefined, 'installed/dist/electron-binary'],
    ['was not downloaded', 'bare', undefined, undefined],
    ['is gone though it is recorded', 'recorded', undefined, undefined],
    ['is elsewhere', 'bare', 'override', 'override/electron'],
    ['is elsewhere, by its recorded name', 'recorded', 'override-named', 'override-named/electron-binary'],
    ['is said to be where it is not', 'installed', 'bare', undefined],
  ])('that %s', (_what, where, override, expected) => {
    const environment = override === undefined ? {} : { ELECTRON_OVERRIDE_DIST_PATH: at(override) };
    expect(electronBinary(environment, at(where))).toBe(expected === undefined ? undefined : at(expected));
  });

  test('an empty override is none', () => {
    expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: '' }, at('installed'))).toBe(
      at('installed/dist/electron-binary'),
    );
  });
});
