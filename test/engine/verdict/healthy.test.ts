import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { DEMO, exportFile } from '../../support/demo.ts';

/** Exports of one PyTorch run by its own exporters: nothing is wrong with them, and that is what must be said. */
const exportsMade = (
  JSON.parse(readFileSync(exportFile('manifest.json'), 'utf8')) as {
    exports: readonly { readonly net: string; readonly file: string; readonly dump: string }[];
  }
).exports;

const MORE_DUMPS: Readonly<Record<string, readonly string[]>> = {
  residual: ['residual/dump-full', 'residual/dump-referee', 'residual/dump-op', 'residual/dump-session'],
  transformer: ['transformer/dump-op'],
};

const CASES = exportsMade.flatMap(({ net, file, dump }) =>
  [dump, ...(MORE_DUMPS[net] ?? [])].map((reference) => [file, reference] as const),
);

function expectHealthy({ verdict, coverage, tensors }: Report): void {
  expect(verdict.kinds, verdict.sentence).toEqual(['no-fault']);
  expect(verdict.sites).toEqual([]);
  expect(coverage.graphOutputs.compared).toBe(coverage.graphOutputs.total);
  expect(coverage.compared).toBeGreaterThan(0);
  expect(tensors.filter((row) => row.state === 'introduced')).toEqual([]);
}

test('there are thirty exports', () => {
  expect(exportsMade).toHaveLength(30);
});

test.each(CASES)('%s against %s is no fault', async (file, reference) => {
  expectHealthy(await compareFiles(exportFile(file), exportFile(reference)));
});

describe('--optimization: a healthy export is no fault', () => {
  for (const optimization of ['basic', 'extended', 'all'] as const) {
    for (const { file, dump } of exportsMade.filter((one) => /ts17|dynamo20/.test(one.file))) {
      test(`${file} at ${optimization}`, async () => {
        const report = await compareFiles(exportFile(file), exportFile(dump), {
          optimization,
          minCoverage: 0,
        });
        expectHealthy(report);
        expect(report.environment.runtime.level).toBe(optimization);
      });
    }
  }
});

describe('--optimization: the three faults of the demo are found, and nothing else', () => {
  for (const optimization of ['basic', 'extended', 'all'] as const) {
    test(`demo at ${optimization}`, async () => {
      const { verdict } = await compareFiles(DEMO.faulty, DEMO.dump, { optimization });
      expect(verdict.kind).toBe('introduced');
      const scopes = ['backbone.stage2.pool', 'head.branches.1.stem.act', 'neck.upsample2'];
      if (optimization !== 'all') {
        expect(verdict.sites.map((site) => site.scope).sort()).toEqual(scopes);
        return;
      }
      // Blocked layouts leave fewer of the export's values: stretches are longer, and known by the nodes in them.
      expect(verdict.sites).toHaveLength(3);
      const fused = [
        '/backbone/stage2/pool/AveragePool',
        '/head/branches.1/stem/act/LeakyRelu',
        '/neck/upsample2/Resize',
      ];
      for (const part of fused) {
        expect(verdict.sites.filter((site) => site.nodes.some((node) => node.startsWith(part)))).toHaveLength(
          1,
        );
      }
    });
  }
});
