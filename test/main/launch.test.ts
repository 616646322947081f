import { describe, expect, test } from 'vitest';
import {
  launchFromArguments,
  launchFromPaths,
  mergeLaunch,
  NOTHING,
  ownArguments,
} from '../../src/main/launch.ts';
import { systemLanguage } from '../../src/main/language.ts';

describe('command line', () => {
  test.each([
    [[], NOTHING],
    [['m.onnx'], { ...NOTHING, candidate: '/home/m.onnx' }],
    [['/d/m.onnx', 'dump'], { ...NOTHING, candidate: '/d/m.onnx', reference: '/home/dump' }],
    [
      ['dump/manifest.json', 'm.ONNX'],
      { ...NOTHING, candidate: '/home/m.ONNX', reference: '/home/dump/manifest.json' },
    ],
    [['m.onnx', 'outputs.json'], { ...NOTHING, candidate: '/home/m.onnx', reference: '/home/outputs.json' }],
    [['manifest.json'], { ...NOTHING, reference: '/home/manifest.json' }],
    [['REPORT.json'], { ...NOTHING, report: '/home/REPORT.json' }],
    [
      ['--candidate', 'a.bin', '--reference=b.npz'],
      { ...NOTHING, candidate: '/home/a.bin', reference: '/home/b.npz' },
    ],
    [['--report', 'r.txt'], { ...NOTHING, report: '/home/r.txt' }],
    // Switches of Chromium and of the system.
    [
      ['--no-first-run', '--enable-features=X', '-psn_0_1', 'm.onnx'],
      { ...NOTHING, candidate: '/home/m.onnx' },
    ],
    [['--', '--odd.onnx'], { ...NOTHING, candidate: '/home/--odd.onnx' }],
    [['--candidate'], NOTHING],
  ] as const)('%j', (words, launch) => expect(launchFromArguments(words, '/home')).toEqual(launch));

  test('the program is not a file to open, nor the app folder in development', () => {
    expect(ownArguments(['/opt/layerdiff', 'm.onnx'], false)).toEqual(['m.onnx']);
    expect(ownArguments(['electron', '.', 'm.onnx'], true)).toEqual(['m.onnx']);
    expect(ownArguments(['electron', '--inspect=0', '/app', '--report', 'r'], true)).toEqual([
      '--report',
      'r',
    ]);
    expect(ownArguments(['electron', '--version'], true)).toEqual([]);
  });
});

test('what is given later wins, and the rest stays', () => {
  const first = { ...NOTHING, candidate: '/a.onnx', reference: '/dump' };
  expect(mergeLaunch(first, launchFromPaths(['/b.onnx']))).toEqual({ ...first, candidate: '/b.onnx' });
});

test.each([
  [['zh-Hans-CN', 'en-US'], 'zh-CN'],
  [['de-DE', 'zh-TW'], 'zh-CN'],
  [['de-DE', 'en-GB', 'zh-CN'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('languages %j: %s', (preferred, language) => expect(systemLanguage(preferred)).toBe(language));
