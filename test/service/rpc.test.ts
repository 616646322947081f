import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientOver } from '../../src/renderer/connect/client.ts';
import type { EngineClient } from '../../src/renderer/connect/client.ts';
import type { WindowLink } from '../../src/service/rpc.ts';
import { serveWindow } from '../../src/service/rpc.ts';
import type { Channel } from '../../src/shared/channel.ts';
import type { CompareRequest, EngineApi, Hello, WindowApi } from '../../src/shared/contract.ts';
import { LayerdiffError } from '../../src/shared/errors.ts';
import type { ProbeRequest } from '../../src/shared/probe.ts';
import { channelPair } from './channel-pair.ts';

const HELLO: Hello = {
  protocol: 1,
  tool: 'layerdiff 0',
  candidate: '/m.onnx',
  reference: undefined,
  report: undefined,
  demo: { faulty: '/f', healthy: '/h', reference: '/d' },
  root: '/',
  cpus: 2,
};

let calls: [method: string, args: unknown[]][];
let said: [method: string, args: unknown[]][];
let unhandled: unknown[];
let client: EngineClient;
let link: WindowLink;
let windowEnd: Channel;

function apiFor(): EngineApi {
  const note =
    <T>(method: string, answer: () => T) =>
    (...args: unknown[]): T => {
      calls.push([method, args]);
      return answer();
    };
  return {
    hello: note('hello', () => HELLO),
    browse: note('browse', () => {
      throw new LayerdiffError('bad-request', 'is outside', { file: '/x', place: 'p', wayOut: 'w' });
    }),
    openModel: note('openModel', () => {
      throw new TypeError('a mistake of the program');
    }),
    openReference: note('openReference', () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever a package throws
      throw 'text';
    }),
    openReport: note('openReport', () => ({}) as ReturnType<EngineApi['openReport']>),
    node: note('node', () => ({}) as ReturnType<EngineApi['node']>),
    compare: note('compare', () => 'job'),
    cancel: note('cancel', () => undefined),
    acknowledge: note('acknowledge', () => undefined),
    probe: note('probe', () => ({}) as ReturnType<EngineApi['probe']>),
    pictures: note('pictures', () => ({ inputs: [], original: undefined })),
    exportText: note('exportText', () => 'text'),
    recorder: note('recorder', () => 'import torch'),
  };
}

const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  calls = [];
  said = [];
  unhandled = [];
  process.on('unhandledRejection', onUnhandled);
  const [serviceEnd, other] = channelPair();
  windowEnd = other;
  link = serveWindow(serviceEnd, () => apiFor());
  const window: WindowApi = {
    jobEvents: (...args) => {
      said.push(['jobEvents', args]);
    },
    openFiles: (...args) => {
      said.push(['openFiles', args]);
    },
  };
  client = clientOver(windowEnd, window);
});

afterEach(async () => {
  await delay(1);
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

/** What the service answers to a raw message, if it does. */
async function answerTo(message: unknown): Promise<unknown> {
  const answers: unknown[] = [];
  windowEnd.onMessage((answer) => answers.push(answer));
  windowEnd.post(message);
  await delay(1);
  return answers.at(-1);
}

describe('a call', () => {
  test('brings the answer, undefined fields included', async () => {
    expect(await client.hello(1)).toStrictEqual(HELLO);
    expect(await client.recorder()).toBe('import torch');
    expect(calls).toEqual([
      ['hello', [1]],
      ['recorder', []],
    ]);
  });

  test('without a result is done once it resolves', async () => {
    await client.cancel('job');
    await client.acknowledge('job', 3);
    expect(calls).toEqual([
      ['cancel', ['job']],
      ['acknowledge', ['job', 3]],
    ]);
  });

  test.each([
    ['browse', { tag: 'bad-request', message: 'is outside', file: '/x', place: 'p', wayOut: 'w' }],
    ['openModel', { tag: 'runtime', message: 'a mistake of the program' }],
    ['openReference', { tag: 'runtime', message: 'text' }],
  ] as const)('%s refused: the refusal keeps its fields', async (method, fields) => {
    const refused = client[method]('x');
    await expect(refused).rejects.toBeInstanceOf(LayerdiffError);
    await expect(refused).rejects.toMatchObject(fields);
  });
});

describe('only methods of the contract are known', () => {
  test.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'jobEvents',
    '$close',
    'then',
    '',
    'Hello',
  ])('%s', async (method) => {
    expect(await answerTo({ t: 'q', i: 'one', m: method, a: [] })).toMatchObject({
      t: 's',
      i: 'one',
      e: { message: `[birpc] function "${method}" not found` },
    });
    expect(calls).toEqual([]);
  });

  test.each([
    ['nothing', null],
    ['undefined', undefined],
    ['a number', 5],
    ['a text', 'hello'],
    ['a list', []],
    ['an empty object', {}],
    ['an answer nobody waits for', { t: 's', i: 'x', r: 1 }],
    ['a call of no method', { t: 'q' }],
    ['a method that is no text', { t: 'q', m: { a: 1 }, a: [] }],
    ['arguments that are no list', { t: 'q', m: 'recorder', a: 7 }],
    ['arguments that lie about their number', { t: 'q', m: 'cancel', a: { length: 2 ** 40 } }],
  ])('%s as a message is passed over; the next call is answered', async (_name, message) => {
    windowEnd.post(message);
    await delay(1);
    expect(calls).toEqual([]);
    expect(await client.recorder()).toBe('import torch');
  });
});

const COMPARE: CompareRequest = {
  candidate: '/m.onnx',
  reference: '/dump',
  inputs: [],
  image: undefined,
  ignoreWhere: undefined,
  head: undefined,
  deployed: undefined,
  map: undefined,
  sample: undefined,
  optimization: 'disabled',
  provider: 'cpu',
  memoryBytes: 2 ** 29,
  threads: 0,
  atol: undefined,
  rtol: 1e-5,
};
const PROBE: ProbeRequest = {
  tensor: 't',
  sample: 0,
  run: 'fed',
  axes: undefined,
  values: { start: 0, count: 16 },
};

describe('the schema', () => {
  const LONG = 'x'.repeat(4097);
  const REFUSED: readonly (readonly [method: string, args: readonly unknown[], place: string])[] = [
    ['hello', [], 'hello()'],
    ['hello', ['1'], 'hello(0)'],
    ['hello', [1, 2], 'hello()'],
    ['openModel', [''], 'openModel(0)'],
    ['openModel', [LONG], 'openModel(0)'],
    ['openModel', [['/m.onnx']], 'openModel(0)'],
    ['openModel', [null], 'openModel(0)'],
    ['browse', [LONG], 'browse(0)'],
    ['node', ['/m.onnx'], 'node()'],
    ['cancel', ['x'.repeat(65)], 'cancel(0)'],
    ['acknowledge', ['job', -1], 'acknowledge(1)'],
    ['acknowledge', ['job', 0.5], 'acknowledge(1)'],
    ['exportText', ['job', 'html'], 'exportText(1)'],
    ['recorder', [1], 'recorder()'],
    ['compare', [{ ...COMPARE, optimization: 'fast' }], 'compare(0.optimization)'],
    ['compare', [{ ...COMPARE, memoryBytes: 0 }], 'compare(0.memoryBytes)'],
    ['compare', [{ ...COMPARE, memoryBytes: Infinity }], 'compare(0.memoryBytes)'],
    ['compare', [{ ...COMPARE, threads: 1025 }], 'compare(0.threads)'],
    ['compare', [{ ...COMPARE, rtol: NaN }], 'compare(0.rtol)'],
    ['compare', [{ ...COMPARE, inputs: [''] }], 'compare(0.inputs.0)'],
    ['compare', [{ ...COMPARE, include: '/etc/passwd' }], 'compare(0)'],
    ['compare', [{ ...COMPARE, candidate: undefined }], 'compare(0.candidate)'],
    ['probe', ['job', { ...PROBE, run: 'other' }], 'probe(1.run)'],
    ['probe', ['job', { ...PROBE, sample: -1 }], 'probe(1.sample)'],
    ['probe', ['job', { ...PROBE, axes: [0] }], 'probe(1.axes)'],
    ['probe', ['job', { ...PROBE, axes: [0, 1, 2] }], 'probe(1.axes)'],
    ['probe', ['job', { ...PROBE, values: { start: 0, count: 4097 } }], 'probe(1.values.count)'],
  ];

  test.each(REFUSED)('%s(%j) is refused at its place', async (method, args, place) => {
    expect(await answerTo({ t: 'q', i: 'one', m: method, a: args })).toMatchObject({
      r: { ok: false, error: { tag: 'bad-request', place } },
    });
    expect(calls).toEqual([]);
  });

  test('lets through what the contract allows', async () => {
    await client.compare(COMPARE);
    await client.compare({ ...COMPARE, map: '{}', sample: 0, atol: 0, inputs: ['x=/x.npy'] });
    await client.probe('job', PROBE);
    await client.probe('job', { ...PROBE, axes: [1, 0] });
    await client.node('/m.onnx', '');
    for (const format of ['json', 'csv', 'markdown', 'map'] as const) await client.exportText('job', format);
    expect(calls.map(([method]) => method)).toEqual([
      'compare',
      'compare',
      'probe',
      'probe',
      'node',
      ...new Array<string>(4).fill('exportText'),
    ]);
    expect(calls[0]?.[1]).toEqual([COMPARE]);
  });
});

describe('the other way', () => {
  test('events arrive in order, and nothing is answered', async () => {
    const answers: unknown[] = [];
    link.window.jobEvents('job', 1, [{ type: 'rows', rows: [] }]);
    link.window.openFiles(['/a.onnx', '/b']);
    link.window.jobEvents('job', 2, []);
    windowEnd.onMessage((message) => answers.push(message));
    await delay(1);
    expect(said).toEqual([
      ['jobEvents', ['job', 1, [{ type: 'rows', rows: [] }]]],
      ['openFiles', [['/a.onnx', '/b']]],
      ['jobEvents', ['job', 2, []]],
    ]);
  });

  test('after close nothing is said, nothing is answered, and nothing throws', async () => {
    link.close();
    link.window.jobEvents('job', 1, []);
    link.window.openFiles(['/a']);
    expect(await answerTo({ t: 'q', i: 'one', m: 'recorder', a: [] })).toBeUndefined();
    expect(said).toEqual([]);
    expect(calls).toEqual([]);
  });

  test('a window that loses its channel is refused what it waits for', async () => {
    const lost = new AbortController();
    const deaf = clientOver(
      { post: () => undefined, onMessage: () => undefined },
      { jobEvents: () => undefined, openFiles: () => undefined },
      lost.signal,
    );
    const waiting = [deaf.recorder(), deaf.node('/m.onnx', 'n')];
    await delay(1);
    lost.abort();
    for (const call of waiting)
      await expect(call).rejects.toMatchObject({ tag: 'engine-died', message: 'the connection was lost' });
    await expect(deaf.recorder()).rejects.toThrow('closed');
  });

  test('a channel that throws does not end the process', async () => {
    const broken = serveWindow(
      {
        post: () => {
          throw new Error('closed');
        },
        onMessage: () => undefined,
      },
      () => apiFor(),
    );
    broken.window.openFiles(['/a']);
    await delay(1);
    expect(unhandled).toEqual([]);
  });
});
