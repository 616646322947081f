import { describe, expect, test } from 'vitest';
import type { Dtype } from '../../../src/shared/dtype.ts';
import type { InputExplanation } from '../../../src/shared/input-stage.ts';
import { explainInput } from '../../../src/engine/input-stage/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { seeded } from '../../support/random.ts';

function floats(dims: readonly number[], value: (at: number) => number): Tensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return {
    dtype: 'float32',
    dims,
    bytes: new Uint8Array(Float32Array.from({ length }, (_, at) => value(at)).buffer),
  };
}

function ids(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int64', dims, bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

function random(dims: readonly number[], seed: number): Tensor {
  const next = seeded(seed);
  return floats(dims, () => next());
}

const kinds = (found: InputExplanation | undefined) => found?.best?.steps.map(({ kind }) => kind);

describe('full size', () => {
  const side = 640;
  /** Waves on whole levels, each channel its own; content in rows 140 … 499, as 720 × 1280 gives it. */
  const letterboxed = (pad: number, channels: readonly number[] = [0, 1, 2]): Tensor =>
    floats([1, 3, side, side], (at) => {
      const channel = channels[Math.floor(at / side / side)]!;
      const y = Math.floor(at / side) % side;
      const x = at % side;
      if (y < 140 || y >= 500) return Math.fround(pad / 255);
      return (
        Math.round(127 + 60 * Math.sin(x / (9 + channel)) * Math.cos(y / 17) + ((x * 7919 + y * 31) % 50)) /
        255
      );
    });

  test('pad value, as it is said', () => {
    const found = explainInput(letterboxed(0), letterboxed(114));
    expect(found?.best?.text).toBe(
      'pad value 0 instead of 114 (8-bit levels) outside rows 140-500; inside equal to 0',
    );
    expect(found?.best).toMatchObject({ residual: 0, residualShare: 0 });
    expect(found?.difference.max).toBeCloseTo(114 / 255, 6);
    expect(found?.difference.share).toBeCloseTo(280 / 640, 6);
  });

  test('two at a time', () => {
    expect(kinds(explainInput(letterboxed(0, [2, 1, 0]), letterboxed(114)))).toEqual([
      'channel-order',
      'pad-value',
    ]);
  });
});

describe('tensors that are no pictures', () => {
  test('features with their axes exchanged', () => {
    const recorded = random([2, 7, 5], 1);
    const values = new Float32Array(recorded.bytes.buffer);
    const deployed = floats([2, 5, 7], (at) => {
      const [batch, feature, step] = [Math.floor(at / 35), Math.floor(at / 7) % 5, at % 7];
      return values[batch * 35 + step * 5 + feature]!;
    });
    const found = explainInput(deployed, recorded);
    expect(found?.best?.steps).toMatchObject([{ kind: 'layout', parameters: { axes: [0, 2, 1] } }]);
    expect(found?.best?.residual).toBe(0);
    expect(found?.difference.max).toBeUndefined();
  });

  test('a vector 10 times as large', () => {
    const recorded = random([50], 2);
    const values = new Float32Array(recorded.bytes.buffer);
    expect(
      kinds(
        explainInput(
          floats([50], (at) => values[at]! * 10),
          recorded,
        ),
      ),
    ).toEqual(['scale']);
  });

  describe('sequences of lengths of their own', () => {
    const right = ids([3, 6], [5, 6, 7, 0, 0, 0, 8, 9, 4, 3, 0, 0, 1, 2, 3, 4, 5, 6]);
    const left = ids([3, 6], [0, 0, 0, 5, 6, 7, 0, 0, 8, 9, 4, 3, 1, 2, 3, 4, 5, 6]);

    test('padded on the left', () => {
      expect(explainInput(left, right)?.best?.text).toBe(
        'sequences padded on the left instead of the right (2 of 3 rows), residual 0',
      );
      expect(explainInput(right, left)?.best?.text).toContain('on the right instead of the left');
    });

    test('padded with 99', () => {
      const other = ids([3, 6], [5, 6, 7, 99, 99, 99, 8, 9, 4, 3, 99, 99, 1, 2, 3, 4, 5, 6]);
      expect(explainInput(other, right)?.best?.steps).toMatchObject([
        { kind: 'pad-value', parameters: { deployed: [99], recorded: [0] } },
      ]);
    });

    test('other tokens are not explained by pads', () => {
      const other = ids([3, 6], [5, 6, 8, 0, 0, 0, 8, 9, 4, 3, 0, 0, 1, 2, 3, 4, 5, 6]);
      expect(kinds(explainInput(other, right)) ?? []).not.toContain('pad-side');
      expect(kinds(explainInput(other, right)) ?? []).not.toContain('pad-value');
    });
  });

  test('one channel is lost: no map of values is claimed', () => {
    const recorded = random([1, 3, 12, 12], 12);
    const values = new Float32Array(recorded.bytes.buffer);
    const found = explainInput(
      floats([1, 3, 12, 12], (at) => (at < 144 ? 0 : values[at]!)),
      recorded,
    );
    expect(found?.best?.text ?? '').not.toContain('recorded +');
  });
});

describe('what cannot be explained is said to be that', () => {
  test.each<readonly [string, Tensor, Tensor, string]>([
    [
      'no elements on one side',
      floats([0, 3], () => 0),
      floats([2, 3], () => 1),
      'the shapes have nothing in common',
    ],
    ['single numbers', floats([], () => 3), floats([], () => 2), 'the deployed tensor is 3 throughout'],
    ['other ranks', random([3, 4, 5, 6], 3), random([7], 4), 'the shapes have nothing in common'],
    [
      'noise',
      random([1, 3, 40, 40], 5),
      random([1, 3, 40, 40], 6),
      'nothing that was tried explains the difference',
    ],
    [
      'all 0 against all 1',
      floats([1, 3, 8, 8], () => 0),
      floats([1, 3, 8, 8], () => 1),
      'the deployed tensor is 0 throughout, the recorded tensor is 1 throughout',
    ],
    [
      'signs of zero',
      floats([4], () => -0),
      floats([4], () => 0),
      'only signs of zero or bits of NaN differ',
    ],
    [
      'one rounding',
      random([1, 3, 9, 9], 14),
      scaled(random([1, 3, 9, 9], 14)),
      'equal but for the rounding of float arithmetic',
    ],
    ['complex numbers', complex(1), complex(2), 'complex64 and complex64 values are not compared'],
    ['too many elements', huge(1), huge(2), 'not looked into: more than 64000000 elements'],
  ])('%s', (_, deployed, recorded, note) => {
    const found = explainInput(deployed, recorded);
    expect(found?.best).toBeUndefined();
    expect(found?.rivals).toEqual([]);
    expect(found?.note).toContain(note);
  });

  test('what is not finite is counted', () => {
    const recorded = random([1, 3, 20, 20], 7);
    const values = new Float32Array(recorded.bytes.buffer);
    const found = explainInput(
      floats([1, 3, 20, 20], (at) => (at === 5 ? NaN : at === 9 ? Infinity : values[at]! * 255)),
      recorded,
    );
    expect(found?.note).toContain('2 elements are not finite on one side only');
    expect(kinds(found)).toEqual(['scale']);
  });

  test('of a batch the picture that differs most is explained', () => {
    const recorded = random([3, 3, 16, 16], 8);
    const values = new Float32Array(recorded.bytes.buffer);
    const size = 3 * 16 * 16;
    const deployed = floats([3, 3, 16, 16], (at) => values[at]! * (at >= 2 * size ? 2 : 1));
    const found = explainInput(deployed, recorded);
    expect(found?.note).toBe('explained on number 2 of the batch, which differs most');
    expect(kinds(found)).toEqual(['scale']);
  });

  /** Multiplied by a third and by three: some last bits differ. */
  function scaled({ dims, bytes }: Tensor): Tensor {
    const values = new Float32Array(bytes.buffer);
    return floats(dims, (at) => Math.fround(Math.fround(values[at]! * Math.fround(1 / 3)) * 3));
  }

  function complex(byte: number): Tensor {
    return { dtype: 'complex64', dims: [1], bytes: new Uint8Array(8).fill(byte) };
  }

  function huge(byte: number): Tensor {
    const dtype: Dtype = 'uint8';
    return { dtype, dims: [64_000_001], bytes: new Uint8Array(64_000_001).fill(byte) };
  }
});

test('any two tensors get an answer and no exception', () => {
  const next = seeded(11);
  const dims = [
    [],
    [1],
    [7],
    [3, 3],
    [1, 9],
    [2, 3, 4],
    [3, 3, 3],
    [1, 1, 5, 5],
    [2, 3, 6, 4],
    [1, 3, 4, 4, 3],
    [2, 1, 1, 1, 1, 2],
  ];
  for (const a of dims) {
    for (const b of dims) {
      const levels = next() < 0.5 ? 1 : 3;
      const make = (shape: readonly number[]): Tensor =>
        floats(shape, () => Math.floor(next() * levels) + (levels === 1 ? next() : 0));
      const found = explainInput(make(a), make(b));
      for (const one of found?.best === undefined ? [] : [found.best, ...found.rivals]) {
        expect(one.steps.length).toBeGreaterThan(0);
        expect(Number.isFinite(one.residual)).toBe(true);
        expect(one.residualShare >= 0 && one.residualShare <= 1).toBe(true);
        expect(JSON.parse(JSON.stringify(one))).toEqual(one);
        expect(one.text).not.toMatch(/undefined|NaN/);
      }
    }
  }
});

test('where most is not finite that is told, and nothing is explained from it', () => {
  const recorded = random([1, 3, 24, 24], 5);
  const deployed = floats([1, 3, 24, 24], (at) => (at % 3 === 0 ? NaN : at % 2 === 0 ? Infinity : 0.5));
  const lost = Array.from({ length: 1728 }, (_, at) => at).filter((at) => at % 3 === 0 || at % 2 === 0);
  const found = explainInput(deployed, recorded);
  expect(found?.best).toBeUndefined();
  expect(found?.difference.text).toBe(
    `${lost.length} of 1728 elements of the deployed tensor are NaN or infinite`,
  );
});
