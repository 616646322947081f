import { describe, expect, test } from 'vitest';
import type { Severity } from '../../../src/renderer/views/findings/gather.ts';
import { counted, filtered, gathered, ofNode, placeOf } from '../../../src/renderer/views/findings/gather.ts';
import type { Finding, PairRow, TensorRow } from '../../../src/shared/report.ts';
import { rowOf } from '../../service/fake-engine.ts';

const finding = (severity: Severity, kind: string, subject = '', text = `${kind} text`): Finding => ({
  kind,
  severity,
  subject,
  text,
});

const NOTE = finding('info', 'dump:one-sample');
const WARNING = finding('warning', 'lint:opset', 'conv', 'GridSample needs opset 16');
const FAULT = finding('fault', 'overflow', 'conv_out');
const ALL = [FAULT, WARNING, NOTE];

describe('gathered: the gravest first', () => {
  const ofModel = [
    finding('warning', 'lint:opset', 'conv', 'the model alone'),
    finding('info', 'lint:random'),
  ];
  test.each<
    readonly [string, readonly Finding[] | undefined, readonly Finding[] | undefined, readonly Finding[]]
  >([
    ['nothing', undefined, undefined, []],
    ['a model alone', undefined, ofModel, ofModel],
    ['a report alone', [NOTE, WARNING, FAULT], undefined, ALL],
    ['kinds of the report replace the model’s own', [WARNING], ofModel, [WARNING, ofModel[1]!]],
    [
      'also where the report has them at another severity',
      [finding('info', 'lint:random')],
      [ofModel[1]!],
      [finding('info', 'lint:random')],
    ],
  ])('%s', (_, reported, model, expected) => {
    expect(gathered(reported, model)).toEqual(expected);
  });
});

test('counted', () => {
  expect(counted([...ALL, NOTE])).toEqual({ fault: 1, warning: 1, info: 2 });
  expect(counted([])).toEqual({ fault: 0, warning: 0, info: 0 });
});

describe('filtered', () => {
  const titleOf = (kind: string): string => (kind === 'overflow' ? 'Beyond the range' : kind);
  test.each<readonly [text: string, hidden: readonly Severity[], readonly Finding[]]>([
    ['', [], ALL],
    ['  gridsample ', [], [WARNING]],
    ['conv', [], [FAULT, WARNING]],
    ['beyond THE', [], [FAULT]],
    ['dump:', [], [NOTE]],
    ['', ['info', 'fault'], [WARNING]],
    ['conv', ['warning'], [FAULT]],
    ['no such words', [], []],
  ])('%j without %j', (text, hidden, expected) => {
    expect(filtered(ALL, { text, hidden: new Set(hidden) }, titleOf)).toEqual(expected);
  });
});

const NODES = [
  { name: 'conv', opType: 'Conv', scope: 'stem', outputs: ['conv_out'] },
  { name: 'relu', opType: 'Relu', scope: 'stem', outputs: ['relu_out', ''] },
  { name: 'fc', opType: 'Gemm', scope: '', outputs: ['y'] },
];
const ROWS: ReadonlyMap<string, TensorRow> = new Map([
  ['y', rowOf('y', { node: 'fc', pairs: [{ entry: 'head#0:output.0' } as PairRow] })],
]);

describe('where a finding leads', () => {
  test.each([
    ['', undefined],
    ['nowhere', undefined],
    ['conv', { node: 'conv', tensor: undefined }],
    ['conv_out', { node: 'conv', tensor: 'conv_out' }],
    ['head#0:output.0', { node: 'fc', tensor: 'y' }],
    ['stem', { node: 'relu', tensor: undefined }],
  ])('%j', (subject, place) => {
    expect(placeOf(subject, NODES, ROWS)).toEqual(place);
  });
});

test('of a node are those that name it or an output of it', () => {
  expect(ofNode(ALL, NODES[0]!)).toEqual([FAULT, WARNING]);
  // Findings of the whole are not meant by an output that is left out.
  expect(ofNode(ALL, NODES[1]!)).toEqual([]);
});
