import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DumpInspection, ModelInspection } from '../../src/engine/index.ts';
import { buildModel } from '../support/build-model.ts';
import { readProto, writeProto } from '../support/edit-model.ts';
import { CLI, linesOf, runCli } from '../support/run-cli.ts';

const DEMO = resolve('resources/demo');
const EXPORTS = resolve('test/fixtures/exports');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('inspect', () => {
  test('says what is in a model, in text and whole in JSON', () => {
    const path = join(EXPORTS, 'residual/ts17.onnx');
    const proto = readProto(path);
    const text = runCli(['inspect', path], folder);
    expect(text).toMatchObject({ status: 0, stderr: '' });
    const lines = linesOf(text.stdout);
    expect(lines[0]).toMatch(/^ts17\.onnx: [\d.]+ KiB, IR \d+, pytorch 2\.13\.0, opset 17$/);
    expect(lines).toContain('  image: float32 [batch, 3, 16, 12]'.replace('batch', dimOf(proto)));
    expect(lines.some((line) => line.startsWith('  logits: float32 '))).toBe(true);
    const nodes = proto.graph?.node ?? [];
    expect(text.stdout).toContain(
      `${nodes.length} nodes, ${proto.graph?.initializer?.length ?? 0} initializers`,
    );

    const json = runCli(['inspect', path, '--json', '-'], folder);
    const model = JSON.parse(json.stdout) as ModelInspection;
    expect(model.nodes.map((node) => [node.name, node.opType, node.inputs, node.outputs])).toEqual(
      nodes.map((node) => [node.name, node.opType, node.input ?? [], node.output ?? []]),
    );
    expect(model.initializers.map((one) => one.name)).toEqual(
      proto.graph?.initializer?.map((one) => one.name),
    );
    const convs = nodes.filter((node) => node.opType === 'Conv').length;
    expect(model.operators).toContainEqual({ opType: 'Conv', count: convs });
  });

  test('says what is in a dump, in text and whole in JSON', () => {
    const path = join(EXPORTS, 'residual/dump');
    const { samples } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as {
      samples: {
        entries: { path: string; call: number; role: string; index: number; dtype: string; dims: number[] }[];
      }[];
    };
    const text = runCli(['inspect', path], folder);
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(text.stdout)[0]).toBe('dump: layerdiff dump, torch 2.13.0+cpu, 2 samples');
    expect(linesOf(text.stdout)).toContain('  stem.0#0:output.0: float32 [1, 8, 8, 6]');
    runCli(['inspect', path, '--json', 'dump.json'], folder);
    const dump = JSON.parse(readFileSync(join(folder, 'dump.json'), 'utf8')) as DumpInspection;
    expect(dump.samples.map((sample) => sample.entries)).toEqual(
      samples.map((sample) =>
        sample.entries.map(({ path: at, call, role, index, dtype, dims }) => ({
          key: `${at}#${call}:${role}.${index}`,
          dtype,
          dims,
        })),
      ),
    );
  });

  test('says what a model and a dump give away, one line a text, one finding a node', () => {
    const drawn = ['a', 'b'].map((name) => ({
      op: 'RandomNormalLike',
      name,
      inputs: ['x'],
      outputs: [`${name}y`],
    }));
    buildModel({ nodes: drawn, inputs: { x: [2] }, outputs: ['ay', 'by'] }, join(folder, 'random.onnx'));
    const text = runCli(['inspect', 'random.onnx'], folder);
    const lines = linesOf(text.stdout).filter((line) => line.includes('lint:'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^warning lint:random: RandomNormalLike gives other values .*: a and b$/);
    const model = JSON.parse(
      runCli(['inspect', 'random.onnx', '--json', '-'], folder).stdout,
    ) as ModelInspection;
    expect(model.lints.map(({ kind, severity, subject }) => [kind, severity, subject])).toEqual([
      ['lint:random', 'warning', 'a'],
      ['lint:random', 'warning', 'b'],
    ]);

    const dump = join(EXPORTS, 'unet/dump');
    expect(linesOf(runCli(['inspect', dump], folder).stdout).at(-1)).toMatch(/^info dump:one-sample: /);
    const inspected = JSON.parse(runCli(['inspect', dump, '--json', '-'], folder).stdout) as DumpInspection;
    expect(inspected.lints.map(({ kind }) => kind)).toEqual(['dump:one-sample']);
  });

  test('tells a model from a dump by its content where the name does not say', () => {
    cpSync(join(DEMO, 'healthy.onnx'), join(folder, 'model'));
    expect(linesOf(runCli(['inspect', 'model'], folder).stdout)[0]).toContain('opset 17');
  });
});

function dimOf(proto: ReturnType<typeof readProto>): string {
  const [first] = proto.graph?.input?.[0]?.type?.tensorType?.shape?.dim ?? [];
  return first?.dimParam ?? String(first?.dimValue ?? '');
}

describe('instrument', () => {
  const image = (): ort.Tensor =>
    new ort.Tensor(
      'float32',
      Float32Array.from({ length: 576 }, (_, index) => Math.sin(index)),
      [1, 3, 16, 12],
    );

  async function run(path: string, feeds: Record<string, ort.Tensor>): Promise<Map<string, ort.Tensor>> {
    // At this level nothing is fused: what is exposed cannot change what is computed.
    const session = await ort.InferenceSession.create(path, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
    });
    const results = await session.run(feeds);
    await session.release();
    return new Map(Object.entries(results));
  }

  test.each(['ts12', 'ts17', 'dynamo18', 'dynamo20'])(
    '%s runs anywhere with every value as output, the old ones unchanged',
    async (file) => {
      const original = join(EXPORTS, `residual/${file}.onnx`);
      const { status, stdout, stderr } = runCli(['instrument', original, '--out', `${file}.onnx`], folder);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const made = (readProto(original).graph?.node ?? []).flatMap((node) =>
        (node.output ?? []).filter((name) => name !== ''),
      );
      expect(stdout).toBe(`${file}.onnx: ${made.length - 1} values exposed\n`);
      // The original's bytes are its beginning.
      const before = readFileSync(original);
      expect(
        readFileSync(join(folder, `${file}.onnx`))
          .subarray(0, before.length)
          .equals(before),
      ).toBe(true);
      const plain = await run(original, { image: image() });
      const open = await run(join(folder, `${file}.onnx`), { image: image() });
      expect([...open.keys()].sort()).toEqual([...made].sort());
      expect(open.get('logits')?.data).toEqual(plain.get('logits')?.data);
    },
  );

  test('leaves external data where it is, beside the model', async () => {
    buildModel(
      {
        nodes: [
          { op: 'Add', inputs: ['x', 'w'], outputs: ['h'] },
          { op: 'Relu', inputs: ['h'], outputs: ['y'] },
        ],
        inputs: { x: [3] },
        outputs: ['y'],
        weights: { w: { dims: [3], values: [1, 2, 3] } },
      },
      join(folder, 'external.onnx'),
    );
    const proto = readProto(join(folder, 'external.onnx'));
    const [weight] = proto.graph?.initializer ?? [];
    writeFileSync(join(folder, 'weights.bin'), weight?.rawData ?? new Uint8Array(0));
    Object.assign(weight ?? {}, {
      rawData: new Uint8Array(0),
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'weights.bin' }],
    });
    writeProto(proto, join(folder, 'external.onnx'));
    expect(runCli(['instrument', 'external.onnx', '--out', 'opened.onnx'], folder).status).toBe(0);
    const results = await run(join(folder, 'opened.onnx'), {
      x: new ort.Tensor('float32', Float32Array.of(-5, 0, 1), [3]),
    });
    expect([...(results.get('h')?.data as Float32Array)]).toEqual([-4, 2, 4]);
    expect([...(results.get('y')?.data as Float32Array)]).toEqual([0, 2, 4]);
  });
});

describe('recorder', () => {
  test('is printed byte for byte', () => {
    const { stdout, status } = spawnSync(process.execPath, [CLI, 'recorder'], {
      cwd: folder,
      maxBuffer: 2 ** 24,
    });
    expect(status).toBe(0);
    expect(stdout.equals(readFileSync(resolve('resources/recorder/layerdiff_recorder.py')))).toBe(true);
  });
});

test('--version and --help are no failures', () => {
  const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as { version: string };
  expect(runCli(['--version'], folder)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  for (const args of [['--help'], ['compare', '--help']]) {
    const { status, stdout, stderr } = runCli(args, folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: layerdiff/);
  }
});
