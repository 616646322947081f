import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { catalogueFile } from './fixtures.ts';
import { unmet } from './requirements.ts';

/** What the checks themselves accept and refuse, on a report with one site that is given what a site may hold. */
let report: Report;
beforeAll(async () => {
  report = await compareFiles(catalogueFile('E2', 'torchscript.onnx'), catalogueFile('E2', 'dump'));
});

function withFields(fields: object): Report {
  const { verdict } = report;
  return { ...report, verdict: { ...verdict, sites: verdict.sites.map((site) => ({ ...site, ...fields })) } };
}

const experiment = { setting: 'alpha 0.1', reproduces: true, error: 1e-8, text: '' };
const cause = {
  kind: 'attribute',
  text: 'alpha is 0.01, the module has 0.1',
  fix: 'set alpha',
  confirm: '',
  experiment,
};

describe('cause', () => {
  test('is met by words of its text and of its fix', () => {
    expect(unmet(withFields({ cause }), 'cause', { cause: ['Alpha', '0.1', 'set'] })).toEqual([]);
  });
  test.each([
    ['another word', { cause }, ['epsilon'], 'epsilon not in'],
    ['no cause', { cause: undefined }, ['alpha'], 'has no cause'],
  ])('is not met by %s', (_, fields, words, says) => {
    expect(unmet(withFields(fields), 'cause', { cause: words })[0]).toContain(says);
  });
});

describe('experiment', () => {
  test('is met by a setting that reproduces the reference', () => {
    expect(unmet(withFields({ cause }), 'experiment', { experiment: ['alpha', '0.1'] })).toEqual([]);
  });
  test.each([
    [
      'one that does not',
      { cause: { ...cause, experiment: { ...experiment, reproduces: false } } },
      'does not',
    ],
    ['another setting', { cause: { ...cause, experiment: { ...experiment, setting: 'beta' } } }, 'not in'],
    ['none', { cause: { ...cause, experiment: undefined } }, 'has no experiment'],
  ])('is not met by %s', (_, fields, says) => {
    expect(unmet(withFields(fields), 'experiment', { experiment: ['alpha'] })[0]).toContain(says);
  });
});

describe('structure', () => {
  const structure = [
    { kind: 'everywhere', text: 'all elements' },
    { kind: 'sign', text: 'negative values only' },
  ];
  test('is met by one of several', () => {
    expect(unmet(withFields({ structure }), 'structure', { structure: ['negative'] })).toEqual([]);
  });
  test('is not met by words of two of them', () => {
    expect(
      unmet(withFields({ structure }), 'structure', { structure: ['negative', 'everywhere'] }),
    ).toHaveLength(1);
  });
  test('is not met by none', () => {
    expect(unmet(withFields({ structure: [] }), 'structure', { structure: ['negative'] })).toHaveLength(1);
  });
});

test('findings: every one asked for must be there', () => {
  const findings = [
    { kind: 'lint', severity: 'warning', subject: '/bn', text: 'training_mode is 1' },
  ] as const;
  const found = { ...report, findings };
  expect(unmet(found, 'findings', { findings: [['lint', 'training_mode']] })).toEqual([]);
  expect(unmet(found, 'findings', { findings: [['training_mode'], ['Dropout']] })).toEqual([
    'no finding with Dropout',
  ]);
});

test('sentence, samples, between and folded refuse what is not so', () => {
  expect(unmet(report, 'sentence', { sentence: ['introduced at LeakyRelu'] })).toEqual([]);
  expect(unmet(report, 'sentence', { sentence: ['no fault'] })).toHaveLength(1);
  expect(unmet(report, 'samples', { samples: ['introduced'] })).toEqual([]);
  expect(unmet(report, 'samples', { samples: ['no-fault'] })).toHaveLength(1);
  expect(unmet(report, 'between', { between: ['stem', 'layer'] })).toHaveLength(1);
  expect(unmet(report, 'folded', { folded: { 'stem#0:output.0': 'layer' } })).toHaveLength(1);
});
