import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDump } from '../../../src/engine/dump/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import { lintDump, lintModel } from '../../../src/engine/lint/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { DEMO, exportFile } from '../../support/demo.ts';
import { scopesOf } from './support.ts';

/** Every healthy export that is here, with its recording: who exports like that wants to read nothing. */
const MODELS = [
  ...readdirSync(exportFile(''), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(exportFile(name))
        .filter((file) => file.endsWith('.onnx'))
        .map((file) => [`${name}/${file}`, exportFile(`${name}/${file}`)] as const),
    ),
  ['demo/healthy.onnx', DEMO.healthy] as const,
];

/** All that is said of them. TorchScript computes the indices of `a[:, 0] = b` from ranges. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'reuse/ts12.onnx': ['info lint:scatter-duplicates /ScatterND'],
  'reuse/ts17.onnx': ['info lint:scatter-duplicates /ScatterND'],
  'reuse/ts20.onnx': ['info lint:scatter-duplicates /ScatterND'],
};

describe('healthy exports', () => {
  test('are all here', () => {
    expect(MODELS).toHaveLength(31);
  });

  test.each(MODELS)('%s', (name, path) => {
    const model = openModel(path);
    const graph = indexGraph(model);
    const dump = openDump(join(dirname(path), 'dump'));
    try {
      const alone = lintModel(model, graph);
      const beside = lintModel(model, graph, {
        recording: dump.recording,
        scopeOf: scopesOf(graph),
        sampleDims: new Map(dump.samples[0]?.inputs.map((one) => [one.name, one.entry.dims])),
        runtime: '1.30.0',
      });
      for (const findings of [alone, beside]) {
        expect(findings.map(({ severity, kind, subject }) => `${severity} ${kind} ${subject}`)).toEqual(
          SAID[name] ?? [],
        );
      }
      const ofDump = lintDump(dump, { model, graph }).map(({ severity, kind }) => `${severity} ${kind}`);
      expect(ofDump).toEqual(dump.samples.length === 1 ? ['info dump:one-sample'] : []);
    } finally {
      dump.close();
    }
  });
});

test('the demo with faults: the module tells one of them', async () => {
  const { findings } = await compareFiles(DEMO.faulty, DEMO.dump);
  const lints = findings.filter(({ kind }) => kind.startsWith('lint:') || kind.startsWith('dump:'));
  expect(lints.map(({ severity, kind, subject }) => [severity, kind, subject])).toEqual([
    ['warning', 'lint:module-attributes', '/head/branches.1/stem/act/LeakyRelu'],
    ['info', 'dump:one-sample', ''],
  ]);
  expect(lints[0]?.text).toContain('alpha 0.01, the recorded module head.branches.1.stem.act');
});

test.each(['reuse/ts17.onnx', 'unet/dynamo18.onnx', 'wrapped/ts12.onnx'])(
  'a comparison of %s warns of nothing',
  async (name) => {
    const { findings } = await compareFiles(exportFile(name), exportFile(`${dirname(name)}/dump`));
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  },
);
