import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { floatTensor, runEngine } from '../../support/run-engine.ts';

const numbers = ({ bytes }: Tensor): number[] => [...new Float32Array(bytes.slice().buffer)];

/** x → a = x·w → b = −a → y = b + x. */
const bytes = modelBytes({
  node: [node('Mul', ['x', 'w'], ['a']), node('Neg', ['a'], ['b']), node('Add', ['b', 'x'], ['y'])],
  input: [value('x', TYPE.float32, [2])],
  output: [{ name: 'y' }],
  initializer: [floats('w', [2], [3, 5])],
});

interface Seen {
  readonly lane: number;
  readonly name: string;
  readonly values: readonly number[];
  readonly own: readonly number[];
}

async function lanesOf(
  budget: number,
  replace: (kind: string, name: string, tensor: Tensor) => Tensor | undefined,
  isOpenWeight?: (name: string) => boolean,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  await runEngine(
    bytes,
    { x: floatTensor([2], [1, 2]) },
    {
      budget,
      lanes: [{ replace: () => undefined }, { replace }],
      onLane: (lane, name, tensor, own) =>
        seen.push({ lane, name, values: numbers(tensor), own: numbers(own) }),
      ...(isOpenWeight === undefined ? {} : { isOpenWeight }),
    },
  );
  return seen;
}

describe.each([0, 1e9])('budget %s', (budget) => {
  test('another input goes through everything; a lane that replaces nothing is not run', async () => {
    const seen = await lanesOf(budget, (kind) => (kind === 'input' ? floatTensor([2], [2, 2]) : undefined));
    expect(seen).toEqual([
      { lane: 1, name: 'a', values: [6, 10], own: [3, 10] },
      { lane: 1, name: 'b', values: [-6, -10], own: [-3, -10] },
      { lane: 1, name: 'y', values: [-4, -8], own: [-2, -8] },
    ]);
  });

  test('another weight, where weights are open', async () => {
    const replace = (kind: string): Tensor | undefined =>
      kind === 'weight' ? floatTensor([2], [0, 1]) : undefined;
    expect(await lanesOf(budget, replace)).toEqual([]);
    expect((await lanesOf(budget, replace, () => true)).at(-1)).toEqual({
      lane: 1,
      name: 'y',
      values: [1, 0],
      own: [-2, -8],
    });
  });
});

test('a carried value replaced once changes just what comes after it', async () => {
  const seen = await lanesOf(0, (kind, name, tensor) =>
    kind === 'carried' && name === 'b'
      ? floatTensor(
          [2],
          numbers(tensor).map((one) => one + 100),
        )
      : undefined,
  );
  expect(seen).toEqual([{ lane: 1, name: 'y', values: [98, 92], own: [-2, -8] }]);
});
