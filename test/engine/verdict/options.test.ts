import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapFileText } from '../../../src/engine/compare/map-text.ts';
import type { Report } from '../../../src/shared/report.ts';
import type { ModelSpec } from '../../support/build-model.ts';
import { buildModel, writeSafetensors } from '../../support/build-model.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { DEMO, exportFile } from '../../support/demo.ts';
import { writeDump } from '../../support/write-dump.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-options-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

function comparedNames(report: Report): string[] {
  return report.tensors.filter((row) => (row.total ?? row.local) !== undefined).map((row) => row.name);
}

describe('--include and --exclude', () => {
  const compare = (options: { include?: string; exclude?: string }): Promise<Report> =>
    compareFiles(DEMO.healthy, DEMO.dump, options);

  test('limit what is compared to what matches scope/node/tensor; outputs always are', async () => {
    const all = await compare({});
    const outputs = all.outputs.map((output) => output.name);
    const report = await compare({ include: '^neck\\.gate1' });
    const expected = all.tensors
      .filter((row) => comparedNames(all).includes(row.name))
      .filter((row) => outputs.includes(row.name) || row.scope.startsWith('neck.gate1'))
      .map((row) => row.name);
    expect(expected.length).toBeGreaterThan(outputs.length + 3);
    expect(comparedNames(report)).toEqual(expected);
    const left = report.tensors.filter((row) => row.pairs.length > 0 && row.total === undefined);
    expect(left.map((row) => row.reason)).toEqual(left.map(() => 'left out by --include or --exclude'));
    expect(report.coverage.skipped.map((one) => one.name)).toEqual(left.map((row) => row.name));
    expect(report.verdict.kind).toBe('no-fault');
  });

  test('--exclude takes away from --include', async () => {
    const include = await compare({ include: '/neck/' });
    const both = await compare({ include: '/neck/', exclude: 'gate\\d/' });
    const outputs = both.outputs.map((output) => output.name);
    const names = comparedNames(both).filter((name) => !outputs.includes(name));
    expect(names.length).toBeGreaterThan(3);
    expect(names.every((name) => !/gate\d\//.test(name))).toBe(true);
    expect(comparedNames(include).filter((name) => /gate\d\//.test(name)).length).toBeGreaterThan(3);
  });

  // The outputs are 14 % off, and hardly anything before them is looked at.
  test('a fault outside of what is looked at is not called no fault', async () => {
    const { verdict } = await compareFiles(DEMO.faulty, DEMO.dump, { include: '/backbone/stage1/' });
    expect(verdict.kinds, verdict.sentence).not.toContain('no-fault');
  });
});

/** Two branches of the same shape: h = relu(x), g = −x, y = h + g. */
const NET: ModelSpec = {
  nodes: [
    { op: 'Relu', inputs: ['x'], outputs: ['h'] },
    { op: 'Neg', inputs: ['x'], outputs: ['g'] },
    { op: 'Add', inputs: ['h', 'g'], outputs: ['y'] },
  ],
  inputs: { x: [2, 3] },
  outputs: ['y'],
};
const x = { dims: [2, 3], values: [1, -2, 3, -4, 5, -6] };
const relu = [1, 0, 3, 0, 5, 0];
const y = { dims: [2, 3], values: [0, 2, 0, 4, 0, 6] };

function writeMap(pairs: readonly object[], ignore: readonly string[] = []): string {
  writeFileSync(at('map.json'), JSON.stringify({ schema: 'layerdiff.map/1', pairs, ignore }));
  return at('map.json');
}

describe('--map', () => {
  test('pairs what no rule would', async () => {
    buildModel(NET, at('net.onnx'));
    // Column by column, so that neither its name nor its values in their order say what it is.
    const turned = { dims: [3, 2], values: [1, 0, 0, 5, 3, 0] };
    writeSafetensors({ x, 'unheard-of': turned, y }, at('turned.safetensors'));
    const map = writeMap([{ candidate: 'h', entry: 'unheard-of', transform: { permutation: [1, 0] } }]);
    const report = await compareFiles(at('net.onnx'), at('turned.safetensors'), { map });
    expect(report.tensors[0]?.pairs).toEqual([
      { entry: 'unheard-of', rule: 'map', confidence: 'certain', transform: { permutation: [1, 0] } },
    ]);
    expect(report.tensors.map((row) => row.state)).toEqual(['equal', 'not-compared', 'equal']);
    expect(report.verdict.kinds).toEqual(['no-fault']);
  });

  test('is obeyed where names and values say otherwise', async () => {
    buildModel(NET, at('net.onnx'));
    writeSafetensors({ x, h: { dims: [2, 3], values: relu }, y }, at('named.safetensors'));
    const map = writeMap([{ candidate: 'g', entry: 'h' }]);
    const report = await compareFiles(at('net.onnx'), at('named.safetensors'), { map });
    const row = report.tensors.find((one) => one.name === 'g');
    expect(row?.pairs.map((pair) => [pair.entry, pair.rule])).toEqual([['h', 'map']]);
    // −x against relu(x): worst at 5, where −5 meets 5.
    expect(row).toMatchObject({
      state: 'introduced',
      total: { maxAbs: 10, worst: { index: 4, candidate: -5, reference: 5 } },
    });
    expect(report.verdict.sites.map((site) => site.node)).toContain('n1');
  });

  test('a pair of it that is not used is told, with both names', async () => {
    buildModel(NET, at('net.onnx'));
    writeSafetensors({ x, h: { dims: [2, 3], values: relu }, y }, at('twice.safetensors'));
    const map = writeMap([
      { candidate: 'h', entry: 'h' },
      { candidate: 'h', entry: 'h' },
      { candidate: 'g', entry: 'h' },
    ]);
    const { findings } = await compareFiles(at('net.onnx'), at('twice.safetensors'), { map });
    expect(findings.filter((finding) => finding.kind === 'map')).toEqual([
      {
        kind: 'map',
        severity: 'warning',
        subject: 'g',
        text: 'the pair of g and h in the map file is not used: the entry stands for h',
      },
    ]);
  });

  // Level all makes one node of Conv and Relu: c is gone.
  test('a pair of it whose tensor the runtime fused away is told', async () => {
    const one = { dims: [1, 1, 1, 2], values: [1, -2] };
    buildModel(
      {
        nodes: [
          { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
          { op: 'Relu', inputs: ['c'], outputs: ['y'] },
        ],
        inputs: { x: one.dims },
        outputs: ['y'],
        weights: { w: { dims: [1, 1, 1, 1], values: [1] } },
      },
      at('fused.onnx'),
    );
    writeSafetensors({ x: one, c: one, y: { ...one, values: [1, 0] } }, at('fused.safetensors'));
    const map = writeMap([{ candidate: 'c', entry: 'c' }]);
    const options = { map, optimization: 'all' } as const;
    const { findings } = await compareFiles(at('fused.onnx'), at('fused.safetensors'), options);
    expect(findings.filter((finding) => finding.kind === 'map').map((finding) => finding.text)).toEqual([
      'the pair of c and c in the map file is not used: the entry is folded into a fused node',
    ]);
  });

  test('what it ignores is not compared', async () => {
    buildModel(NET, at('net.onnx'));
    writeSafetensors({ x, h: { dims: [2, 3], values: [9, 9, 9, 9, 9, 8] }, y }, at('ignored.safetensors'));
    const found = await compareFiles(at('net.onnx'), at('ignored.safetensors'));
    expect(found.verdict.sites.map((site) => site.tensor)).toContain('h');
    const map = writeMap([], ['h']);
    const report = await compareFiles(at('net.onnx'), at('ignored.safetensors'), { map });
    expect(report.tensors.find((row) => row.name === 'h')?.total).toBeUndefined();
    expect(report.verdict.kinds, report.verdict.sentence).toEqual(['no-fault']);
  });
});

describe('--write-map', () => {
  const pairsOf = (report: Report): string[] =>
    report.tensors.flatMap((row) =>
      row.pairs.map((pair) => `${row.name} ${pair.entry} ${JSON.stringify(pair.transform)}`).sort(),
    );

  const nets = ['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'];
  const cases = nets.flatMap((net) =>
    ['ts17', 'dynamo20'].map((file) => [
      `${net}/${file}.onnx`,
      exportFile(`${net}/${file}.onnx`),
      exportFile(`${net}/dump`),
    ]),
  );

  test.each([
    ...cases,
    ['the demo', DEMO.faulty, DEMO.dump],
    ['a bare dump', exportFile('residual/ts17.onnx'), exportFile('residual/formats/plain.npz')],
  ])('%s: --map takes it back and finds the same pairs', async (_, candidate = '', reference = '') => {
    const first = await compareFiles(candidate, reference, { sample: 0, minCoverage: 0 });
    writeFileSync(at('written.json'), mapFileText(first));
    const again = await compareFiles(candidate, reference, {
      sample: 0,
      minCoverage: 0,
      map: at('written.json'),
    });
    expect(pairsOf(again)).toEqual(pairsOf(first));
    expect(pairsOf(first).length).toBeGreaterThan(5);
    expect(again.verdict.kinds).toEqual(first.verdict.kinds);
    expect(again.tensors.some((row) => row.pairs.some((pair) => pair.rule === 'map'))).toBe(true);
  });

  test('names three likely partners of what has none', async () => {
    buildModel(NET, at('net.onnx'));
    writeSafetensors({ x, y, 'block.h': { dims: [5], values: [1, 2, 3, 4, 5] } }, at('lost.safetensors'));
    const report = await compareFiles(at('net.onnx'), at('lost.safetensors'));
    const map = JSON.parse(mapFileText(report)) as { unmatched: { entry: string; likely: string[] }[] };
    expect(map.unmatched).toEqual([{ entry: 'block.h', likely: ['h', 'g'] }]);
  });
});

describe('names that are no ordinary names', () => {
  const ODD = ['__proto__', '39', '{"a": ["b", null]}', 'constructor', 'a b\n"c"', '张量/输出:0', 'toString'];

  /** A chain of Neg: tensor and node k have name k; every tensor is recorded, the one at `faulty` without its sign. */
  function chain(faulty: number | undefined): {
    spec: ModelSpec;
    tensors: [string, { dims: number[]; values: number[] }][];
  } {
    const input = { dims: [3], values: [1, 2, 3] };
    const sign = (index: number): number => (index === faulty || index % 2 === 1 ? 1 : -1);
    return {
      spec: {
        nodes: ODD.map((name, index) => ({
          op: 'Neg',
          name,
          inputs: [index === 0 ? 'valueOf' : (ODD[index - 1] ?? '')],
          outputs: [name],
        })),
        inputs: { valueOf: [3] },
        outputs: [ODD.at(-1) ?? ''],
      },
      tensors: [
        ['valueOf', input],
        ...ODD.map((name, index): [string, { dims: number[]; values: number[] }] => [
          name,
          { dims: [3], values: input.values.map((value) => value * sign(index)) },
        ]),
      ],
    };
  }

  async function compareOdd(faulty: number | undefined, kind: 'bare' | 'recorded'): Promise<Report> {
    const { spec, tensors } = chain(faulty);
    buildModel(spec, at('odd.onnx'));
    if (kind === 'bare') writeSafetensors(Object.fromEntries(tensors), at('odd.safetensors'));
    else {
      writeDump(
        {
          samples: [
            {
              tensors: Object.fromEntries(tensors),
              entries: tensors.map(([name], index) => [
                index === 0 ? '#0:input.0' : `${name}#0:output.0`,
                name,
              ]),
              inputs: { valueOf: '#0:input.0' },
              outputs: { [ODD.at(-1) ?? '']: `${ODD.at(-1) ?? ''}#0:output.0` },
            },
          ],
        },
        at('odd'),
      );
    }
    return compareFiles(at('odd.onnx'), at(kind === 'bare' ? 'odd.safetensors' : 'odd'), { minCoverage: 0 });
  }

  test('in a bare dump every tensor is paired, run, fed and compared', async () => {
    const report = await compareOdd(undefined, 'bare');
    expect(report.tensors.map((row) => [row.name, row.node, row.pairs[0]?.entry, row.state])).toEqual(
      ODD.map((name) => [name, name, name, 'equal']),
    );
    expect(report.verdict).toMatchObject({ kinds: ['no-fault'], detail: 'equal' });
  });

  // Values that are the same as another tensor's may be paired with that one: faults at places where they are not.
  test.each(ODD.map((name, index) => [name, index] as const).filter(([, index]) => index % 2 === 0))(
    'a fault at %j is found there',
    async (name, index) => {
      const map = { schema: 'layerdiff.map/1', pairs: ODD.map((one) => ({ candidate: one, entry: one })) };
      writeFileSync(at('odd-map.json'), JSON.stringify(map));
      await compareOdd(index, 'bare');
      const report = await compareFiles(at('odd.onnx'), at('odd.safetensors'), { map: at('odd-map.json') });
      const sites = report.verdict.sites.map((site) => site.node);
      // Its reader is fed the recorded value, whose sign is wrong for what was recorded next.
      expect(sites).toEqual(expect.arrayContaining([name]));
      expect(sites.length).toBeLessThanOrEqual(2);
      expect(report.tensors[index]).toMatchObject({ name, state: 'introduced', total: { maxAbs: 6 } });
    },
  );

  test('in a recording they are read, and shown as they are', async () => {
    const report = await compareOdd(undefined, 'recorded');
    expect(report.coverage.entries).toBe(ODD.length);
    expect(report.tensors.map((row) => row.name)).toEqual(ODD);
    expect(report.outputs[0]).toMatchObject({ name: 'toString', entry: 'toString#0:output.0', maxAbs: 0 });
    expect(readFileSync(at('odd/manifest.json'), 'utf8')).toContain('__proto__');
  });
});

describe('--inputs NAME=FILE', () => {
  const compare = (argument: string): Promise<Report> =>
    compareFiles(DEMO.healthy, DEMO.dump, { inputs: [argument] });

  test('of a name that is no model input is refused with the names that are', async () => {
    const file = at('given.npy');
    writeFileSync(file, '');
    const { inputs } = await compareFiles(DEMO.healthy, DEMO.dump);
    await expect(compare(`foo=${file}`)).rejects.toMatchObject({
      tag: 'bad-request',
      message: '--inputs names foo, which is no model input',
      wayOut: `the inputs are ${inputs.map(({ name }) => name).join(' and ')}`,
    });
  });

  test('of a file that is not there is refused for that', async () => {
    await expect(compare(`foo=${at('missing.npy')}`)).rejects.toThrow('there is no such file');
  });
});
