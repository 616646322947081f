import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodiesOf, indexGraph } from '../../../src/engine/graph/index.ts';
import type { Attribute, OnnxModel } from '../../../src/engine/onnx/index.ts';
import { openModel } from '../../../src/engine/onnx/index.ts';
import { seeded } from '../../support/random.ts';

/**
 * A slice of the ONNX backend suite: 150 models by a seeded draw, and every one that has bodies or sequences. Read by
 * two decoders, and run at three budgets in another process, which a value that must not be asked for would end.
 */
const ARCHIVE = resolve('../shared/data/onnx-backend.tar.xz');
const CHILD = resolve('test/support/suite-child.mjs');
const isThere = existsSync(ARCHIVE) && existsSync('build/engine/index.js');
if (!isThere) {
  process.stdout.write(
    `skipped: the ONNX backend suite needs ${existsSync(ARCHIVE) ? 'npm run build' : '../shared/data/onnx-backend.tar.xz'}\n`,
  );
}

const old = createRequire(import.meta.url)('onnx-proto') as typeof OnnxProto;
const DRAWN = 150;
let root = '';
let cases: string[] = [];
const models = new Map<string, OnnxModel>();

function isSpecial(model: OnnxModel): boolean {
  return model.graph.nodes.some((node) => bodiesOf(node).length > 0 || /Sequence|Optional/.test(node.opType));
}

beforeAll(() => {
  if (!isThere) return;
  root = mkdtempSync(join(tmpdir(), 'layerdiff-suite-'));
  const { status, stderr } = spawnSync('tar', ['-xJf', ARCHIVE, '-C', root], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('/model.onnx'))
    .map((name) => join(root, name.slice(0, -'/model.onnx'.length)))
    .sort();
  const random = seeded(20);
  const drawn = new Set(Array.from({ length: DRAWN }, () => all[Math.floor(random() * all.length)] ?? ''));
  for (const folder of all) {
    const model = openModel(join(folder, 'model.onnx'));
    if (drawn.has(folder) || isSpecial(model)) models.set(folder, model);
  }
  cases = [...models.keys()];
});
afterAll(() => {
  if (root !== '') rmSync(root, { recursive: true, force: true });
});

describe.runIf(isThere)('a slice of the ONNX backend suite', () => {
  test('two decoders agree on what both know', () => {
    expect(cases.length).toBeGreaterThan(180);
    for (const [folder, model] of models) {
      const { graph } = old.onnx.ModelProto.decode(readFileSync(join(folder, 'model.onnx')));
      const names = (values: readonly { name?: string | null }[] | null | undefined): unknown =>
        (values ?? []).map((one) => one.name ?? '');
      expect(names(model.graph.inputs), folder).toEqual(names(graph?.input));
      expect(names(model.graph.outputs), folder).toEqual(names(graph?.output));
      expect(
        model.graph.nodes.map((node) => [
          node.opType,
          node.inputs,
          node.outputs,
          [...node.attributes.keys()],
        ]),
        folder,
      ).toEqual(
        (graph?.node ?? []).map((node) => [
          node.opType,
          node.input,
          node.output,
          (node.attribute ?? []).map((one) => one.name),
        ]),
      );
      expect(
        model.graph.initializers.map((tensor) => [tensor.name, tensor.dtypeCode, tensor.dims]),
        folder,
      ).toEqual(
        (graph?.initializer ?? []).map((tensor) => [
          tensor.name,
          tensor.dataType,
          (tensor.dims ?? []).map(Number),
        ]),
      );
      expect(
        model.graph.nodes.flatMap((node) => [...node.attributes.values()].map(plainAttribute)),
        folder,
      ).toEqual((graph?.node ?? []).flatMap((node) => (node.attribute ?? []).map(plainOldAttribute)));
      model.graph.initializers.forEach((tensor, index) => {
        const raw = graph?.initializer?.[index]?.rawData;
        if (tensor.data.kind === 'raw')
          expect(Buffer.compare(tensor.data.bytes, raw ?? new Uint8Array()), folder).toBe(0);
      });
      expect(indexGraph(model).nodes.length, folder).toBe(graph?.node?.length ?? 0);
    }
  });

  test('every model is run with the same bits at every budget, or refused with a reason; no process dies', async () => {
    const outcomes = await runAll(cases);
    const of = (kind: string): Outcome[] => outcomes.filter((one) => one.kind === kind);
    expect(outcomes).toHaveLength(cases.length);
    expect(of('died')).toEqual([]);
    expect(of('crashed')).toEqual([]);
    // What the plain runtime runs, we run.
    expect(of('ours-only-refused')).toEqual([]);
    for (const one of of('refused')) expect(one.reason, one.folder).toMatch(/\w/);
    const ran = of('ran');
    expect(ran.length).toBeGreaterThan(0.6 * cases.length);
    for (const one of ran) {
      expect(one.missing, one.folder).toEqual([]);
      expect(one.differing, one.folder).toEqual([]);
      expect(one.changed, one.folder).toEqual([]);
    }
    // The runtime itself differs from the recorded outputs on these (its DFT, random dropout, Resize with aligned corners).
    const known =
      /dft|stft|training_dropout|maxunpool_export|resize_downsample_scales|quantizelinear_blocked/;
    expect(
      ran
        .filter((one) => (one.unexpected ?? []).length > 0 && !known.test(one.folder))
        .map((one) => one.folder),
    ).toEqual([]);
    // Among them models with bodies and with sequences, cut into several segments.
    const several = ran.filter((one) => (one.segments ?? 0) > 1);
    expect(several.length).toBeGreaterThan(20);
    expect(ran.filter((one) => isSpecial(models.get(one.folder) as OnnxModel)).length).toBeGreaterThan(25);
  });
});

/** Kinds that are not numbers or text are compared by their kind: their content is graphs and tensors. */
function plainAttribute(attribute: Attribute): unknown {
  const { kind, value } = attribute;
  return ['float', 'int', 'string', 'floats', 'ints', 'strings'].includes(kind) ? [kind, value] : kind;
}

function plainOldAttribute(one: OnnxProto.onnx.IAttributeProto): unknown {
  const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();
  // AttributeProto.AttributeType, by number.
  switch (Number(one.type)) {
    case 1:
      return ['float', one.f];
    case 2:
      return ['int', Number(one.i)];
    case 3:
      return ['string', text(one.s)];
    case 6:
      return ['floats', one.floats];
    case 7:
      return ['ints', (one.ints ?? []).map(Number)];
    case 8:
      return ['strings', (one.strings ?? []).map(text)];
    default:
      return ['tensor', 'graph', 'tensors', 'graphs'][[4, 5, 9, 10].indexOf(Number(one.type))] ?? 'other';
  }
}

interface Outcome {
  readonly folder: string;
  readonly kind: string;
  readonly reason?: string;
  readonly missing?: readonly string[];
  readonly differing?: readonly string[];
  readonly changed?: readonly string[];
  readonly unexpected?: readonly string[];
  readonly segments?: number;
}

/** A process that dies is one outcome; the rest goes to the next process. */
async function runAll(folders: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let rest = [...folders];
  while (rest.length > 0) {
    const child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise<string>((done) =>
      child.on('close', (code, signal) => done(signal ?? `exit code ${code ?? 'none'}`)),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(rest.join('\n'));
    let running = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const message = JSON.parse(line) as Outcome & { readonly begin?: string };
      running = message.begin ?? '';
      if (message.begin === undefined) outcomes.push(message);
    }
    const how = await ended;
    if (running !== '') outcomes.push({ folder: running, kind: 'died', reason: how });
    else if (outcomes.length < folders.length) throw new Error(`the process ended early: ${how}`);
    const done = new Set(outcomes.map((one) => one.folder));
    rest = rest.filter((folder) => !done.has(folder));
  }
  return outcomes;
}
