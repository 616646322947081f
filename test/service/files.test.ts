import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jailAt, listFolder, wholeDisk } from '../../src/service/files.ts';
import type { LayerdiffError } from '../../src/shared/errors.ts';

let base: string;
const at = (...parts: string[]): string => join(base, ...parts);

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'layerdiff-jail-')));
  for (const folder of ['root/sub/deep', 'root-sibling', 'demo/dump', 'elsewhere'])
    mkdirSync(at(folder), { recursive: true });
  for (const file of [
    'root/a.onnx',
    'root/B.ONNX',
    'root/d.safetensors',
    'root/e.npz',
    'root/f.npy',
    'root/g.pt',
    'root/h.PTH',
    'root/report.json',
    'root/notes.txt',
    'root/.hidden.onnx',
    'root/sub/deep/x.onnx',
    'root-sibling/secret.onnx',
    'demo/faulty.onnx',
    'demo/dump/manifest.json',
    'elsewhere/secret.onnx',
  ])
    writeFileSync(at(file), 'four');
  symlinkSync(at('elsewhere'), at('root/way-out'));
  symlinkSync(at('elsewhere/secret.onnx'), at('root/secret.onnx'));
  symlinkSync(at('root/a.onnx'), at('root/way-in.onnx'));
  symlinkSync(at('nowhere'), at('root/dangling'));
  symlinkSync(at('root'), at('root-by-link'));
  symlinkSync(at('demo'), at('demo-by-link'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** The answer, below the base folder; a refusal by its tag. */
function answer(resolve: (path: string) => string, path: string): string {
  try {
    return resolve(path).slice(base.length + 1);
  } catch (error) {
    return (error as LayerdiffError).tag;
  }
}

const OUTSIDE = 'bad-request';
const MISSING = 'bad-file';

describe('a jail', () => {
  test.each([
    ['the root', '', 'root'],
    ['a name in it', 'a.onnx', 'root/a.onnx'],
    ['a name further down', 'sub/deep/x.onnx', 'root/sub/deep/x.onnx'],
    ['up and down again', 'sub/../a.onnx', 'root/a.onnx'],
    ['out and in again', '../root/a.onnx', 'root/a.onnx'],
    ['a link that stays inside', 'way-in.onnx', 'root/a.onnx'],
    ['up', '..', OUTSIDE],
    ['far up', '../../../../../../../../etc/passwd', OUTSIDE],
    ['a sibling that begins like the root', '../root-sibling/secret.onnx', OUTSIDE],
    ['another folder', '../elsewhere/secret.onnx', OUTSIDE],
    ['what is outside and does not exist, not told apart', '../elsewhere/nothing', OUTSIDE],
    ['an absolute path', '/etc/passwd', OUTSIDE],
    ['a link to a file outside', 'secret.onnx', OUTSIDE],
    ['a file behind a link to a folder outside', 'way-out/secret.onnx', OUTSIDE],
    ['the folder behind that link', 'way-out', OUTSIDE],
    ['up from behind a link', 'way-out/../a.onnx', 'root/a.onnx'],
    ['a file that is not there', 'nothing.onnx', MISSING],
    ['a link into nowhere', 'dangling', MISSING],
    ['a file as a folder', 'a.onnx/x', MISSING],
    ['a null byte', 'a.onnx\u0000.txt', MISSING],
  ])('%s', (_name, path, expected) => {
    expect(answer(jailAt(at('root')).resolve, path)).toBe(expected);
  });

  test('takes absolute paths inside, by the name it was given and by its real one', () => {
    const jail = jailAt(at('root-by-link'));
    expect(jail.root).toBe(at('root'));
    expect(answer(jail.resolve, at('root/a.onnx'))).toBe('root/a.onnx');
    expect(answer(jail.resolve, at('root-by-link/a.onnx'))).toBe('root/a.onnx');
    expect(answer(jail.resolve, at('root-by-link/secret.onnx'))).toBe(OUTSIDE);
  });

  test('also allows what it was told to, a file or a folder, and nothing beside it', () => {
    const jail = jailAt(at('root'), [at('demo'), at('elsewhere/secret.onnx')]);
    expect(answer(jail.resolve, at('demo/faulty.onnx'))).toBe('demo/faulty.onnx');
    expect(answer(jail.resolve, at('demo/dump/manifest.json'))).toBe('demo/dump/manifest.json');
    expect(answer(jail.resolve, at('elsewhere/secret.onnx'))).toBe('elsewhere/secret.onnx');
    expect(answer(jail.resolve, 'secret.onnx')).toBe('elsewhere/secret.onnx');
    expect(answer(jail.resolve, at('elsewhere'))).toBe(OUTSIDE);
    expect(answer(jail.resolve, at('root-sibling/secret.onnx'))).toBe(OUTSIDE);
  });

  test('also allows what was named by a link', () => {
    const jail = jailAt(at('root'), [at('demo-by-link/faulty.onnx')]);
    expect(answer(jail.resolve, at('demo-by-link/faulty.onnx'))).toBe('demo/faulty.onnx');
    expect(answer(jail.resolve, at('demo-by-link/dump/manifest.json'))).toBe(OUTSIDE);
  });

  test.each([
    ['root', 'nowhere', []],
    ['folder that is also allowed', 'root', ['nowhere']],
  ] as const)('a %s that does not exist is refused by name', (_name, root, others) => {
    expect(() =>
      jailAt(
        at(root),
        others.map((other) => at(other)),
      ),
    ).toThrow(expect.objectContaining({ tag: 'bad-file', file: at('nowhere') }));
  });
});

describe('a listing', () => {
  test('shows folders first, then files by name, each by its kind; nothing hidden, nothing dangling', () => {
    const { path, parent, entries } = listFolder(jailAt(at('root')), '');
    expect(path).toBe(at('root'));
    expect(parent).toBeUndefined();
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['sub', 'folder'],
      ['way-out', 'folder'],
      ['a.onnx', 'model'],
      ['B.ONNX', 'model'],
      ['d.safetensors', 'reference'],
      ['e.npz', 'reference'],
      ['f.npy', 'reference'],
      ['g.pt', 'reference'],
      ['h.PTH', 'reference'],
      ['notes.txt', 'other'],
      ['report.json', 'report'],
      ['secret.onnx', 'model'],
      ['way-in.onnx', 'model'],
    ]);
    expect(entries.find(({ name }) => name === 'a.onnx')).toEqual({
      name: 'a.onnx',
      path: at('root/a.onnx'),
      kind: 'model',
      bytes: 4,
    });
  });

  test.each([
    ['a folder below the root', 'root', [], 'root/sub', 'root'],
    ['the root', 'root', [], 'root', undefined],
    ['a folder that is also allowed', 'root', ['demo'], 'demo', undefined],
    ['a folder below that', 'root', ['demo'], 'demo/dump', 'demo'],
  ] as const)('%s: up leads to where one may go', (_name, root, others, path, parent) => {
    const jail = jailAt(
      at(root),
      others.map((other) => at(other)),
    );
    expect(listFolder(jail, at(path)).parent).toBe(parent === undefined ? undefined : at(parent));
  });

  test.each([
    ['outside', '..', OUTSIDE],
    ['through a link', 'way-out', OUTSIDE],
    ['a file', 'a.onnx', MISSING],
    ['nothing', 'nothing', MISSING],
  ])('%s is refused', (_name, path, tag) => {
    expect(() => listFolder(jailAt(at('root')), path)).toThrow(expect.objectContaining({ tag }));
  });
});

describe('the whole disk', () => {
  test('begins at the root and has no outside', () => {
    const disk = wholeDisk();
    expect(disk.root).toBe(parse(homedir()).root);
    expect(listFolder(disk, '').parent).toBeUndefined();
    expect(answer(disk.resolve, at('root/secret.onnx'))).toBe('elsewhere/secret.onnx');
    expect(answer(disk.resolve, at('nowhere'))).toBe(MISSING);
  });
});
