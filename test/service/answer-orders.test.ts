import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comparison } from '../../src/engine/index.ts';
import { partialReport } from '../../src/engine/compare/partial.ts';
import { answerOrders } from '../../src/service/answer-orders.ts';
import { LayerdiffError } from '../../src/shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../../src/shared/probe.ts';
import type { CompareOptions, EngineEvent, EngineOrder } from '../../src/shared/progress.ts';
import { optionsFor } from '../support/compare-files.ts';

const startComparison = vi.hoisted(() => vi.fn<(options: CompareOptions) => Promise<Comparison>>());
vi.mock('../../src/engine/index.ts', () => ({ startComparison }));

const OPTIONS = optionsFor('/m.onnx', '/dump');
const REPORT = partialReport(OPTIONS, [], 'made for a test');
const COMPARE: EngineOrder = { type: 'compare', options: OPTIONS };
const probe = (id: number, tensor: string): EngineOrder => ({
  type: 'probe',
  id,
  request: { tensor, sample: 0, run: 'free', axes: undefined, values: { start: 0, count: 1 } },
});

let said: EngineEvent[];
let order: (order: EngineOrder) => void;
let asked: string[];

beforeEach(() => {
  said = [];
  asked = [];
  order = answerOrders((event) => said.push(event));
  startComparison.mockReset();
});

function comparison(answer: (request: ProbeRequest) => Promise<TensorProbe>): Comparison {
  return {
    report: REPORT,
    probe: (request) => {
      asked.push(request.tensor);
      return answer(request);
    },
    pictures: () => ({ inputs: [], original: undefined }),
    close: () => undefined,
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('orders', () => {
  test('a probe before any comparison is refused', async () => {
    order(probe(3, 't'));
    await settle();
    expect(said).toEqual([
      {
        type: 'probe-failed',
        id: 3,
        error: { tag: 'bad-request', message: 'there is no comparison to look into' },
      },
    ]);
  });

  test('are answered one after the other: a probe waits for the comparison before it', async () => {
    let finish: (done: Comparison) => void = () => undefined;
    startComparison.mockReturnValue(new Promise((resolve) => (finish = resolve)));
    order(COMPARE);
    order(probe(0, 'a'));
    order(probe(1, 'b'));
    await settle();
    expect(said).toEqual([]);
    const slow: (() => void)[] = [];
    finish(
      comparison(
        ({ tensor }) =>
          new Promise((resolve) => slow.push(() => resolve({ count: tensor.length } as TensorProbe))),
      ),
    );
    await settle();
    expect(said.map(({ type }) => type)).toEqual(['done']);
    expect(asked).toEqual(['a']);
    slow[0]?.();
    await settle();
    slow[1]?.();
    await settle();
    expect(asked).toEqual(['a', 'b']);
    expect(said.slice(1)).toMatchObject([
      { type: 'probed', id: 0 },
      { type: 'probed', id: 1 },
    ]);
  });

  test('a refusal keeps its fields, and the next order is answered', async () => {
    startComparison.mockRejectedValue(new LayerdiffError('bad-file', 'is cut', { file: 'm', place: 'p' }));
    order(COMPARE);
    order(probe(0, 'a'));
    await settle();
    expect(said).toEqual([
      { type: 'failed', error: { tag: 'bad-file', message: 'is cut', file: 'm', place: 'p' } },
      expect.objectContaining({ type: 'probe-failed', id: 0 }),
    ]);
  });

  test('a probe that throws, at once or later, is refused by its id', async () => {
    startComparison.mockResolvedValue(
      comparison(({ tensor }) => {
        if (tensor === 'at once') throw new LayerdiffError('bad-request', 'has no sample 9');
        return Promise.reject(new Error('out of memory'));
      }),
    );
    order(COMPARE);
    order(probe(7, 'at once'));
    order(probe(8, 'later'));
    await settle();
    expect(said.slice(1)).toEqual([
      { type: 'probe-failed', id: 7, error: { tag: 'bad-request', message: 'has no sample 9' } },
      { type: 'probe-failed', id: 8, error: { tag: 'runtime', message: 'out of memory' } },
    ]);
  });
});
