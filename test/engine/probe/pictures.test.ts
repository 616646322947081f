import { describe, expect, test } from 'vitest';
import { inputPictures, levelPicture, tensorPicture } from '../../../src/engine/probe/index.ts';
import type { SmallPicture } from '../../../src/shared/stage-pictures.ts';
import { floatTensor } from '../../support/run-engine.ts';

const SIZE = 5;
const PIXELS = SIZE * SIZE;

/** 5 × 5 pixels of one value in each channel, but for the first pixel. */
function planar(first: readonly number[], rest: readonly number[]): number[] {
  return first.flatMap((value, channel) => [
    value,
    ...new Array<number>(PIXELS - 1).fill(rest[channel] ?? 0),
  ]);
}

function interleaved(first: readonly number[], rest: readonly number[]): number[] {
  return [...first, ...new Array<readonly number[]>(PIXELS - 1).fill(rest).flat()];
}

function pixel({ pixels, width }: SmallPicture, row: number, column: number): number[] {
  return [...pixels.subarray(4 * (row * width + column), 4 * (row * width + column) + 4)];
}

describe('a tensor as a picture', () => {
  test.each<readonly [what: string, dims: number[], values: number[], first: number[], second: number[]]>([
    ['NCHW, 0 … 1', [1, 3, 5, 5], planar([0, 0.2, 1], [1, 0, 0.4]), [0, 51, 255], [255, 0, 102]],
    ['CHW without a batch', [3, 5, 5], planar([0, 0.2, 1], [1, 0, 0.4]), [0, 51, 255], [255, 0, 102]],
    ['NHWC, 0 … 255', [1, 5, 5, 3], interleaved([7, 0, 255], [128, 9, 1]), [7, 0, 255], [128, 9, 1]],
    ['HWC without a batch', [5, 5, 3], interleaved([7, 0, 255], [128, 9, 1]), [7, 0, 255], [128, 9, 1]],
    ['gray', [1, 1, 5, 5], planar([0.6], [0]), [153, 153, 153], [0, 0, 0]],
    // −2 … 2 is stretched: −2 black, 2 white, 0 half way, 127.5, which bytes round to the even 128.
    ['normalised', [1, 3, 5, 5], planar([-2, 0, 2], [2, -2, 0]), [0, 128, 255], [255, 0, 128]],
    // Above 255: the smallest value is black, the largest white, a quarter of the way 63.75.
    ['beyond 255', [1, 3, 5, 5], planar([500, 100, 200], [100, 500, 300]), [255, 0, 64], [0, 255, 128]],
    ['one value, negative', [1, 1, 5, 5], planar([-3], [-3]), [0, 0, 0], [0, 0, 0]],
    [
      'the fourth channel is not shown',
      [1, 4, 5, 5],
      planar([1, 0, 0, 1], [0, 1, 0, 1]),
      [255, 0, 0],
      [0, 255, 0],
    ],
    // What is not finite does not stretch the levels of the rest.
    ['not finite', [1, 1, 5, 5], planar([-Infinity], [0.6]), [0, 0, 0], [153, 153, 153]],
  ])('%s', (_what, dims, values, first, second) => {
    const picture = tensorPicture(floatTensor(dims, values))!;
    expect([picture.width, picture.height, picture.step]).toEqual([5, 5, 1]);
    expect(pixel(picture, 0, 0)).toEqual([...first, 255]);
    expect(pixel(picture, 0, 1)).toEqual([...second, 255]);
    expect(pixel(picture, 4, 4)).toEqual([...second, 255]);
  });

  test('of a batch the first', () => {
    const picture = tensorPicture(floatTensor([2, 1, 5, 5], [...planar([1], [0]), ...planar([0], [1])]))!;
    expect(pixel(picture, 0, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(picture, 0, 1)).toEqual([0, 0, 0, 255]);
  });

  test('rows and columns are not mixed up', () => {
    // [1, 1, 5, 6]: column 2 of row 1 is element 1 · 6 + 2.
    const values = Array.from({ length: 30 }, (_, index) => (index === 8 ? 1 : 0));
    const picture = tensorPicture(floatTensor([1, 1, 5, 6], values))!;
    expect([picture.width, picture.height]).toEqual([6, 5]);
    expect(pixel(picture, 1, 2)[0]).toBe(255);
    expect(pixel(picture, 2, 1)[0]).toBe(0);
  });

  test.each<readonly [dims: number[]]>([
    [[1, 8, 32]],
    [[1, 2, 5, 5]],
    [[25]],
    [[1, 3, 2, 2]],
    [[0, 3, 5, 5]],
    [[1, 1, 3, 5, 5]],
  ])('%j is none', (dims) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    expect(tensorPicture(floatTensor(dims, new Array<number>(count).fill(0)))).toBeUndefined();
  });

  test('a large one is thinned out to at most 640 pixels a side, and says how far', () => {
    const dims = [1, 1, 6, 1300];
    // 1300 / 640 is above 2: every third pixel, 434 × 2 of them.
    const values = Array.from({ length: 6 * 1300 }, (_, index) => (index % 1300 === 3 ? 1 : 0));
    const picture = tensorPicture(floatTensor(dims, values))!;
    expect([picture.width, picture.height, picture.step]).toEqual([434, 2, 3]);
    expect([pixel(picture, 0, 0)[0], pixel(picture, 0, 1)[0], pixel(picture, 1, 1)[0]]).toEqual([
      0, 255, 255,
    ]);
  });
});

describe('both sides of an input', () => {
  const black = floatTensor([1, 3, 5, 5], planar([0, 0, 0], [0, 0, 0]));

  test('the difference is the largest of the channels, white at the largest of all', () => {
    const other = floatTensor([1, 3, 5, 5], planar([0.125, 0.25, 0], [0, 0, -0.5]));
    const { difference, deployed } = inputPictures('image', black, other)!;
    expect(deployed).toBeDefined();
    expect(difference!.most).toBe(0.5);
    // 0.25 of 0.5 is 127.5: rounded to the even 128.
    expect(pixel(difference!, 0, 0)).toEqual([128, 128, 128, 255]);
    expect(pixel(difference!, 0, 1)).toEqual([255, 255, 255, 255]);
  });

  test('equal sides have a black one', () => {
    const { difference } = inputPictures('image', black, black)!;
    expect(difference!.most).toBe(0);
    expect(new Set(difference!.pixels)).toEqual(new Set([0, 255]));
    expect(pixel(difference!, 2, 2)).toEqual([0, 0, 0, 255]);
  });

  test('what is finite on one side alone is white; NaN on both is no difference', () => {
    const own = floatTensor([1, 1, 5, 5], planar([NaN], [0]));
    const broken = [...planar([NaN], [0.25])];
    broken[1] = NaN;
    const { difference } = inputPictures('image', own, floatTensor([1, 1, 5, 5], broken))!;
    expect(difference!.most).toBe(0.25);
    expect([0, 1, 2].map((column) => pixel(difference!, 0, column)[0])).toEqual([0, 255, 255]);
    const alone = inputPictures('image', own, floatTensor([1, 1, 5, 5], planar([0], [0])))!.difference!;
    expect([alone.most, pixel(alone, 0, 0)[0], pixel(alone, 0, 1)[0]]).toEqual([0, 255, 0]);
  });

  test('a single pixel that differs is seen in a picture that is thinned out', () => {
    const zeros = new Array<number>(6 * 1300).fill(0);
    const values = [...zeros];
    // Row 1, column 4 lies in the second square of 3 × 3 of the first row.
    values[1300 + 4] = 1;
    const dims = [1, 1, 6, 1300];
    const { difference } = inputPictures('image', floatTensor(dims, zeros), floatTensor(dims, values))!;
    expect([0, 1, 2].map((column) => pixel(difference!, 0, column)[0])).toEqual([0, 255, 0]);
  });

  test('other shapes have no difference; what is no picture has nothing', () => {
    const wide = floatTensor([1, 3, 5, 6], new Array<number>(90).fill(0));
    expect(inputPictures('image', black, wide)).toMatchObject({ difference: undefined });
    expect(inputPictures('image', black, wide)!.deployed!.width).toBe(6);
    expect(inputPictures('image', black, undefined)).toMatchObject({
      input: 'image',
      deployed: undefined,
      difference: undefined,
    });
    expect(
      inputPictures('ids', floatTensor([1, 8], new Array<number>(8).fill(0)), undefined),
    ).toBeUndefined();
  });
});

test.each([
  [1, [9, 9, 9, 255]],
  [3, [9, 8, 7, 255]],
  [4, [9, 8, 7, 255]],
])('8-bit levels of %d channels', (channels, first) => {
  const levels = Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2].slice(0, 2 * channels));
  expect(pixel(levelPicture({ width: 2, height: 1, channels, levels }), 0, 0)).toEqual(first);
});
