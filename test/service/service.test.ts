import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { partialReport } from '../../src/engine/compare/partial.ts';
import { reportJson } from '../../src/engine/report/index.ts';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import { DEMO_FOLDER, jailAt } from '../../src/service/index.ts';
import { Service } from '../../src/service/service.ts';
import type { CompareRequest, JobEvent } from '../../src/shared/contract.ts';
import type { CompareOptions } from '../../src/shared/progress.ts';
import { optionsFor } from '../support/compare-files.ts';
import { DEMO } from '../support/demo.ts';
import { channelPair } from './channel-pair.ts';
import { fakeEngines, rowOf } from './fake-engine.ts';

let folder: string;
let fakes: ReturnType<typeof fakeEngines>;
let client: EngineClient;
let events: JobEvent[];
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-service-'));
  copyFileSync(DEMO.healthy, at('model.onnx'));
  const report = partialReport(optionsFor('/m.onnx', '/d'), [rowOf('a'), rowOf('b')], 'stopped');
  writeFileSync(at('report.json'), [...reportJson(report)].join(''));
  writeFileSync(at('broken.json'), '{"schema":"layerdiff.report/1"}');
  writeFileSync(at('not.onnx'), 'text');
  // So that what is put aside can be seen.
  vi.stubEnv('TMPDIR', folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  fakes = fakeEngines();
  events = [];
  const service = new Service({ jail: jailAt(folder, [DEMO_FOLDER]), startEngine: fakes.start });
  const [own, other] = channelPair();
  service.connect(own, { candidate: 'given', reference: undefined, report: undefined });
  client = clientOver(other, {
    jobEvents: (_job, _batch, some) => events.push(...some),
    openFiles: () => undefined,
  });
});

const request = (more: Partial<CompareRequest> = {}): CompareRequest => ({
  candidate: at('model.onnx'),
  reference: DEMO.dump,
  inputs: [],
  image: undefined,
  ignoreWhere: undefined,
  head: undefined,
  deployed: undefined,
  map: undefined,
  sample: undefined,
  optimization: 'basic',
  provider: 'cpu',
  memoryBytes: 1e9,
  threads: 1,
  atol: undefined,
  rtol: undefined,
  ...more,
});
const orderedOptions = (): CompareOptions | undefined => {
  const order = fakes.engines.at(-1)?.orders[0];
  return order?.type === 'compare' ? order.options : undefined;
};
const putAside = (): string[] => readdirSync(folder).filter((name) => name.startsWith('layerdiff-map-'));

describe('the window is greeted', () => {
  test('with what it was started with, the demo and the root', async () => {
    expect(await client.hello(1)).toMatchObject({
      protocol: 1,
      candidate: 'given',
      demo: { faulty: DEMO.faulty, healthy: DEMO.healthy, reference: DEMO.dump },
      root: folder,
    });
  });

  test('unless it speaks another protocol', async () => {
    await expect(client.hello(2)).rejects.toMatchObject({ tag: 'bad-request', wayOut: 'reload the page' });
  });
});

describe('files', () => {
  test('a model is read once until it changes', async () => {
    const view = await client.openModel(at('model.onnx'));
    expect(view).toMatchObject({ path: at('model.onnx'), name: 'model.onnx' });
    const detail = await client.node(view.path, view.nodes[0]?.name ?? '');
    expect(detail.opType).toBe(view.nodes[0]?.opType);
    await expect(client.node(view.path, 'no such node')).rejects.toMatchObject({
      tag: 'bad-request',
      place: 'node no such node',
    });
    copyFileSync(DEMO.faulty, at('changing.onnx'));
    const before = await client.openModel(at('changing.onnx'));
    writeFileSync(at('changing.onnx'), 'text');
    await expect(client.openModel(at('changing.onnx'))).rejects.toMatchObject({ tag: 'bad-file' });
    copyFileSync(DEMO.faulty, at('changing.onnx'));
    expect(await client.openModel(at('changing.onnx'))).toEqual({
      ...before,
      modifiedMillis: expect.any(Number),
    });
  });

  test('a reference is described', async () => {
    const manifest = JSON.parse(readFileSync(join(DEMO.dump, 'manifest.json'), 'utf8')) as {
      samples: { entries: unknown[] }[];
      environment: { torch: string };
    };
    expect(await client.openReference(DEMO.dump)).toEqual({
      path: DEMO.dump,
      name: 'dump',
      format: 'layerdiff',
      samples: manifest.samples.length,
      entries: manifest.samples.reduce((sum, sample) => sum + sample.entries.length, 0),
      torch: manifest.environment.torch,
    });
  });

  test.each([
    ['openModel', '/etc/passwd', 'bad-request'],
    ['openModel', 'nothing.onnx', 'bad-file'],
    ['openModel', 'not.onnx', 'bad-file'],
    ['openReference', '..', 'bad-request'],
    ['openReference', 'nothing', 'bad-file'],
    ['openReport', '/etc/passwd', 'bad-request'],
    ['openReport', 'broken.json', 'bad-file'],
    ['openReport', '', 'bad-request'],
    ['browse', '..', 'bad-request'],
  ] as const)('%s(%s) is refused: %s', async (method, path, tag) => {
    await expect(client[method](path)).rejects.toMatchObject({ tag });
  });

  test('the recorder is the one in resources', async () => {
    const file = join(DEMO_FOLDER, '../recorder/layerdiff_recorder.py');
    expect(await client.recorder()).toBe(readFileSync(file, 'utf8'));
  });
});

describe('a comparison', () => {
  test('is ordered with paths inside the jail, and with names that hold no folder', async () => {
    await client.compare(
      request({
        candidate: 'model.onnx',
        inputs: ['x=report.json', at('report.json')],
        sample: 0,
        atol: 1e-5,
      }),
    );
    expect(orderedOptions()).toEqual({
      candidate: at('model.onnx'),
      reference: DEMO.dump,
      shown: { candidate: 'model.onnx', reference: 'dump' },
      inputs: [`x=${at('report.json')}`, at('report.json')],
      deployed: undefined,
      map: undefined,
      include: undefined,
      exclude: undefined,
      sample: 0,
      optimization: 'basic',
      provider: 'cpu',
      memoryBytes: 1e9,
      threads: 1,
      atol: 1e-5,
      rtol: undefined,
      minCoverage: 0.8,
      command: 'layerdiff compare model.onnx dump',
    });
  });

  test('pairs made by hand are put aside for it, and put away when it ends', async () => {
    await client.compare(request({ map: '{"schema":"layerdiff.map/1"}' }));
    const map = orderedOptions()?.map ?? '';
    expect(readFileSync(map, 'utf8')).toBe('{"schema":"layerdiff.map/1"}');
    fakes.engines[0]?.die('SIGKILL');
    await delay(1);
    expect(existsSync(dirname(map))).toBe(false);
    expect(putAside()).toEqual([]);
  });

  test.each([
    ['candidate', { candidate: '/etc/passwd' }],
    ['reference', { reference: '../dump' }],
    ['inputs', { inputs: ['x=/etc/passwd'] }],
    ['image', { image: '/etc/passwd' }],
    ['deployed', { deployed: '/etc/passwd' }],
  ])('with the %s outside of the jail is refused, and nothing is left behind', async (_name, more) => {
    await expect(client.compare(request({ ...more, map: '{}' }))).rejects.toMatchObject({
      tag: 'bad-request',
    });
    expect(fakes.engines).toEqual([]);
    expect(putAside()).toEqual([]);
  });
});

describe('exports', () => {
  test('of a report from a file', async () => {
    const report = await client.openReport(at('report.json'));
    expect(report.tensors.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(JSON.parse(await client.exportText('opened', 'json'))).toEqual(
      JSON.parse(readFileSync(at('report.json'), 'utf8')),
    );
    expect((await client.exportText('opened', 'csv')).split('\r\n')).toHaveLength(4);
    expect(await client.exportText('opened', 'markdown')).toContain('**not comparable: stopped; 2 tensors');
    expect(JSON.parse(await client.exportText('opened', 'map'))).toMatchObject({ schema: 'layerdiff.map/1' });
  });

  test('of what a run had finished when it died', async () => {
    const job = await client.compare(request());
    await expect(client.exportText(job, 'json')).rejects.toMatchObject({ tag: 'bad-request' });
    fakes.engines[0]?.say({ type: 'row', row: rowOf('only') });
    fakes.engines[0]?.die('SIGKILL');
    await delay(1);
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { tag: 'engine-died' } });
    const exported = JSON.parse(await client.exportText(job, 'json')) as { tensors: { name: string }[] };
    expect(exported.tensors.map(({ name }) => name)).toEqual(['only']);
  });
});
