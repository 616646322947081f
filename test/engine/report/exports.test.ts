import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partialReport } from '../../../src/engine/compare/partial.ts';
import { isReportFile, reportJson, reportMarkdown, tensorCsv } from '../../../src/engine/report/index.ts';
import { readReport } from '../../../src/engine/report/read-json.ts';
import type { LayerdiffError } from '../../../src/shared/errors.ts';
import type { Report, TensorRow } from '../../../src/shared/report.ts';
import { rowOf } from '../../service/fake-engine.ts';
import { compareFiles, optionsFor } from '../../support/compare-files.ts';
import { DEMO, exportFile } from '../../support/demo.ts';

let faulty: Report;
let samples: Report;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-exports-'));
  faulty = await compareFiles(DEMO.faulty, DEMO.dump);
  samples = await compareFiles(exportFile('residual/ts17.onnx'), exportFile('residual/dump'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportWith = (rows: readonly TensorRow[]): Report =>
  partialReport(optionsFor('/m.onnx', '/dump'), rows, 'stopped');
const jsonOf = (report: Report): string => [...reportJson(report)].join('');

/** RFC 4180 by its grammar: quoted fields hold commas, line breaks and doubled quotes; lines end with CRLF. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quote that is not closed');
        if (text[at] !== '"') field += text[at] ?? '';
        else if (text[at + 1] === '"') field += text[at++] ?? '';
        else break;
      }
      at++;
    } else {
      const end = /[",\r\n]/.exec(text.slice(at))?.index ?? text.length - at;
      field = text.slice(at, at + end);
      at += end;
    }
    record.push(field);
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      records.push(record);
      record = [];
      at += 2;
    } else throw new Error(`neither comma nor CRLF at ${at}`);
  }
  if (record.length > 0) throw new Error('the last line has no end');
  return records;
}

describe('CSV', () => {
  test.each(['faulty', 'samples'] as const)('%s: one record a tensor, numbers in full', (which) => {
    const report = which === 'faulty' ? faulty : samples;
    const [titles, ...records] = parseCsv(tensorCsv(report));
    expect(records).toHaveLength(report.tensors.length);
    const column = (title: string): string[] =>
      records.map((record) => record[titles?.indexOf(title) ?? -1] ?? 'no such column');
    const numbersOf = (of: (row: TensorRow) => number | undefined): string[] =>
      report.tensors.map((row) => of(row)?.toString() ?? '');
    expect(column('tensor')).toEqual(report.tensors.map(({ name }) => name));
    expect(column('state')).toEqual(report.tensors.map(({ state }) => state));
    expect(column('entry')).toEqual(report.tensors.map(({ pairs }) => pairs[0]?.entry ?? ''));
    expect(column('own error')).toEqual(numbersOf(({ local }) => local?.relative));
    expect(column('own error / tolerance')).toEqual(numbersOf(({ excess }) => excess));
    expect(column('total relative L2')).toEqual(numbersOf(({ total }) => total?.relativeL2));
    expect(column('total max abs')).toEqual(numbersOf(({ total }) => total?.maxAbs));
    expect(column('gain')).toEqual(numbersOf(({ gain }) => gain));
    expect(column('sample')).toEqual(numbersOf(({ sample }) => sample));
    for (const record of records) expect(record).toHaveLength(titles?.length ?? 0);
  });

  test('of nothing is its head', () => {
    expect(parseCsv(tensorCsv(reportWith([])))).toHaveLength(1);
  });

  test.each([
    ['plain', 'conv1/out', 'conv1/out'],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'say "x"', '"say ""x"""'],
    ['nothing but a quote', '"', '""""'],
    ['line breaks', 'a\r\nb\nc', '"a\r\nb\nc"'],
    ['spaces at the ends', ' a ', ' a '],
    ['text outside ASCII', 'ϕ/量', 'ϕ/量'],
    ['a formula', '=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['plus', '+1', "'+1"],
    ['minus', '-1', "'-1"],
    ['at', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab in front', '\t=1', "'\t=1"],
    ['a return in front', '\r=1', `"'\r=1"`],
    ['a line break in front', '\n=1', `"'\n=1"`],
    ['a formula later', 'a=1', 'a=1'],
    ['empty', '', ''],
  ])('a name with %s', (_name, name, field) => {
    const text = tensorCsv(reportWith([rowOf(name, { node: 'n' })]));
    expect(text.split('\r\n').slice(1).join('\r\n')).toBe(
      `${field},n,Relu,,float32,"[2, 3]",not-compared,,,,,,,,,,,,,,,,0\r\n`,
    );
    expect(parseCsv(text)).toHaveLength(2);
  });

  test('numbers are numbers, also negative and non-finite ones', () => {
    const [, record] = parseCsv(
      tensorCsv(reportWith([rowOf('t', { tolerance: 1e-7, excess: Infinity, gain: NaN, noiseFloor: -0.5 })])),
    );
    expect(record?.filter((field) => field !== '').slice(-5)).toEqual([
      '1e-7',
      'Infinity',
      'NaN',
      '-0.5',
      '0',
    ]);
  });
});

describe('Markdown', () => {
  test('says the sentence, the coverage, each site and the worst tensors', () => {
    const text = reportMarkdown(faulty);
    const lines = text.split('\n');
    const plain = text.replaceAll(/\\([^\\])/g, '$1');
    expect(plain).toContain(`**${faulty.verdict.sentence}**`);
    expect(lines.filter((line) => line.startsWith('### Site '))).toHaveLength(faulty.verdict.sites.length);
    for (const { tensor, evidence } of faulty.verdict.sites) {
      expect(plain).toContain(`tensor ${tensor}`);
      for (const line of evidence) expect(plain).toContain(`- ${line}`);
    }
    const table = lines.filter((line) => line.startsWith('|')).slice(2);
    const worst = faulty.tensors
      .flatMap(({ name, total }) => (total === undefined || total.relativeL2 === 0 ? [] : [{ name, total }]))
      .sort((a, b) => b.total.relativeL2 - a.total.relativeL2)
      .slice(0, 20);
    expect(table.map((line) => line.split(' | ')[0]?.slice(2).replaceAll('\\', ''))).toEqual(
      worst.map(({ name }) => name),
    );
    for (const line of lines.filter((one) => one.startsWith('|')))
      expect(line.replaceAll('\\|', '').split('|')).toHaveLength(8);
  });

  const HOSTILE = [
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    '![x](http://evil.example/pixel)',
    '`code` **bold** _em_ ~~gone~~ # head',
    'a | b\n| c |',
    '&lt;b&gt; &amp;',
    'back\\slash\\',
    '\u001b[2J\u202Etxt.exe',
  ];
  test.each(HOSTILE)('%j is text', (name) => {
    const line = reportMarkdown(partialReport(optionsFor('/m.onnx', '/dump'), [], name)).split('\n')[0];
    // CommonMark: an ASCII punctuation mark after a backslash is itself.
    const active = (line ?? '').replaceAll(/\\[!-/:-@[-`{-~]/g, '');
    expect(active.slice(2, -2)).not.toMatch(/[<>[\]`*_~#|&\\\u0000-\u001f\u202e]/);
    expect(reportMarkdown(partialReport(optionsFor('/m.onnx', '/dump'), [], name)).split('\n')).toHaveLength(
      // The note on how it ended is one more.
      8,
    );
  });
});

describe('a report file', () => {
  /** JSON has one zero. */
  const withoutNegativeZero = (value: unknown): unknown => {
    if (value === 0) return 0;
    if (Array.isArray(value)) return value.map(withoutNegativeZero);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutNegativeZero(one)]));
  };

  test.each(['faulty', 'samples'] as const)('%s: what is read is what was written', (which) => {
    const report = which === 'faulty' ? faulty : samples;
    const read = readReport(jsonOf(report), 'REPORT.json');
    expect(read).toEqual(withoutNegativeZero(report));
    // The order of keys is the schema's.
    expect(JSON.parse(jsonOf(read))).toEqual(JSON.parse(jsonOf(report)));
  });

  test('non-finite numbers, hostile names and half-finished reports come back', () => {
    const rows = [
      rowOf('__proto__', { gain: NaN, excess: Infinity, noiseFloor: -Infinity }),
      rowOf('constructor', { node: '\u0000\u202e"\\', scope: '张量' }),
      rowOf('', {
        shape: [],
        pairs: [
          { entry: 'a#0:output.0', rule: 'name', confidence: 'sure', transform: { permutation: [1, 0] } },
        ],
      }),
      rowOf('t', { shape: undefined, dtype: undefined, state: 'missing', reason: 'r' }),
    ];
    const report = reportWith(rows);
    expect(readReport(jsonOf(report), 'f')).toEqual(report);
    expect(readReport(`\ufeff${jsonOf(report)}`, 'f')).toEqual(report);
  });

  test('keys of the prototype pollute nothing', () => {
    const text = jsonOf(reportWith([])).replace(
      '"timings": {}',
      '"timings": {"__proto__": 1, "constructor": 2}',
    );
    const { timings } = readReport(text, 'f');
    expect(Object.getPrototypeOf(timings)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  const changed = (change: (report: Record<string, unknown>) => void): string => {
    const report = JSON.parse(jsonOf(reportWith([rowOf('a'), rowOf('b')]))) as Record<string, unknown>;
    change(report);
    return JSON.stringify(report);
  };
  const rowsIn = (report: Record<string, unknown>): Record<string, unknown>[] =>
    report['tensors'] as Record<string, unknown>[];

  test.each<readonly [name: string, text: () => string, place: string | undefined]>([
    ['nothing', () => '', undefined],
    ['cut', () => jsonOf(faulty).slice(0, 5000), undefined],
    ['null', () => 'null', undefined],
    ['a list', () => '[]', undefined],
    ['another JSON file', () => '{"schema":"layerdiff.map/1"}', 'schema'],
    ['a report of another version', () => changed((one) => (one['schema'] = 'layerdiff.report/2')), 'schema'],
    ['without its verdict', () => changed((one) => delete one['verdict']), 'verdict'],
    ['with a field too many', () => changed((one) => (one['extra'] = 1)), undefined],
    [
      'with a state that is none',
      () => changed((one) => (rowsIn(one)[1]!['state'] = 'odd')),
      'tensors.1.state',
    ],
    ['with text for a number', () => changed((one) => (rowsIn(one)[0]!['gain'] = 'much')), 'tensors.0.gain'],
    [
      'with a negative dim',
      () => changed((one) => (rowsIn(one)[1]!['shape'] = [1, -2])),
      'tensors.1.shape.1',
    ],
    ['with rows that are no list', () => changed((one) => (one['tensors'] = {})), 'tensors'],
    ['with null for a name', () => changed((one) => (rowsIn(one)[0]!['name'] = null)), 'tensors.0.name'],
  ])('that is %s is refused at its place', (_name, text, place) => {
    let refusal: LayerdiffError | undefined;
    try {
      readReport(text(), 'REPORT.json');
    } catch (error) {
      refusal = error as LayerdiffError;
    }
    expect(refusal).toMatchObject({ tag: 'bad-file', file: 'REPORT.json', place });
    expect(refusal?.message).toMatch(/^is not (JSON|a report: .)/);
    expect(refusal?.wayOut).toContain('--json');
  });
});

describe('whether a file is a report', () => {
  test.each<readonly [name: string, content: string | Uint8Array, expected: boolean]>([
    ['as it is written', jsonOf(reportWith([])), true],
    ['on one line', JSON.stringify(JSON.parse(jsonOf(reportWith([])))), true],
    ['with sorted keys', '{"amplifiers": [], "coverage": {}}', true],
    ['with space and a byte order mark in front', '\ufeff\r\n  {}', true],
    ['a model', readFileSync(DEMO.faulty), false],
    [
      'a model that names the schema',
      Uint8Array.from([8, 8, 18, 18, ...Buffer.from('layerdiff.report/1')]),
      false,
    ],
    ['empty', '', false],
    ['text', 'notes', false],
    ['zip', 'PK\u0003\u0004{', false],
  ])('%s: by its content, not by its name', (_name, content, expected) => {
    for (const name of ['x.json', 'x.onnx', 'x']) {
      const path = join(folder, name);
      writeFileSync(path, content);
      expect(isReportFile(path), name).toBe(expected);
    }
  });

  test('a folder is none; of what is not there the name tells', () => {
    mkdirSync(join(folder, 'folder.json'));
    expect(isReportFile(join(folder, 'folder.json'))).toBe(false);
    expect(isReportFile(join(folder, 'nothing.json'))).toBe(true);
    expect(isReportFile(join(folder, 'nothing.onnx'))).toBe(false);
  });
});
