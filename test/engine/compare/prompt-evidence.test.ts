import { describe, expect, test } from 'vitest';
import { supported } from '../../../src/engine/compare/prompt-evidence.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';

type Outputs = ReadonlyMap<string, Tensor>;

const y = (...values: number[]): Outputs => new Map([['y', tensor([1, values.length], values)]]);

function tensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

const PYTORCH = y(1, 2, 2);

/** Which of the constants are kept, given the outputs with the recorded values of each set of them (its letters). */
async function kept(own: Outputs, outputs: Readonly<Record<string, Outputs | string>>): Promise<string> {
  const [all = ''] = Object.keys(outputs).sort((a, b) => b.length - a.length);
  const found = await supported(Array.from(all), { own, recorded: PYTORCH }, (some) =>
    Promise.resolve(outputs[some.join('')] ?? 'it does not run'),
  );
  return found.join('');
}

describe('a constant that is alike is another prompt', () => {
  test.each([
    ['where its recorded value gives the recorded outputs', y(4, 2, 2), { a: PYTORCH }, 'a'],
    ['where it leads nearer to them, with another fault beside it', y(4, 2, 3), { a: y(1, 2, 3) }, 'a'],
    ['where it gives them their shape', y(1, 2), { a: y(1, 2, 9) }, 'a'],
    ['where nothing is known, because it does not run', y(4, 2, 2), { a: 'other shapes' }, 'a'],
    // A maximum over copies: told as what changes nothing.
    ['where it moves no output', PYTORCH, { a: PYTORCH }, 'a'],
    ['not where the outputs are right without it', PYTORCH, { a: y(1, 2, 2.1) }, ''],
    ['not where the outputs are right and its value does not run', PYTORCH, { a: 'other shapes' }, ''],
    ['not where it leads away from them', y(4, 2, 2), { a: y(4, 2, 9) }, ''],
    ['not where it takes away their shape', y(4, 2, 2), { a: y(1, 2) }, ''],
    ['not where the outputs stop being finite', y(4, 2, 2), { a: y(NaN, 2, 2) }, ''],
  ] as const)('%s', async (_, own, outputs, expected) => {
    expect(await kept(own, outputs)).toBe(expected);
  });
});

describe('of several', () => {
  test('one that leads away is left out', async () => {
    const outputs = { ab: y(1, 2, 9), a: PYTORCH, b: y(4, 2, 9) };
    expect(await kept(y(4, 2, 2), outputs)).toBe('a');
  });

  test('one whose value does not run is left out', async () => {
    expect(await kept(y(4, 2, 2), { ab: 'other shapes', a: PYTORCH, b: 'other shapes' })).toBe('a');
  });

  test('those that belong together stay', async () => {
    expect(await kept(y(4, 5, 2), { ab: PYTORCH, a: y(1, 5, 2), b: y(4, 2, 2) })).toBe('ab');
  });
});

test('without a recorded output that stands for one of the graph all are kept', async () => {
  const recorded = new Map([['z', tensor([1], [1])]]);
  expect(await supported(['a'], { own: PYTORCH, recorded }, () => Promise.resolve(y(9, 9, 9)))).toEqual([
    'a',
  ]);
});
