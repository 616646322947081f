import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InputExplanation } from '../../../src/shared/input-stage.ts';
import { explainInput, readPicture } from '../../../src/engine/input-stage/index.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';
import { readNpz } from './read-npz.ts';

/** Letterboxed by cv2 (scripts/fixtures/make_pictures.py) to [1, 3, 160, 160]; the deployed side is it, rearranged here. */
const FOLDER = 'test/fixtures/input-stage';
const cases = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as {
  name: string;
  recorded: string;
}[];
const tensors = readNpz(`${FOLDER}/truth.npz`);
const recorded = tensors.get(cases.find(({ name }) => name === 'YOLO-World, photo-270x479')!.recorded)!;
const picture = readPicture(readFileSync('test/fixtures/pictures/photo-270x479.png'), 'photo.png');
const SIDE = 160;

const values = new Float32Array(recorded.bytes.slice().buffer);

/** @param from where the value at channel, row, column comes from. */
function rearranged(from: (channel: number, row: number, column: number) => number, factor = 1): Tensor {
  const data = new Float32Array(values.length);
  for (let at = 0; at < data.length; at++) {
    const [channel, row, column] = [
      Math.floor(at / SIDE ** 2),
      Math.floor(at / SIDE) % SIDE,
      at % SIDE,
    ] as const;
    data[at] = Math.fround((values[from(channel, row, column)] ?? 0) / factor);
  }
  return { dtype: 'float32', dims: recorded.dims, bytes: new Uint8Array(data.buffer) };
}

const index = (channel: number, row: number, column: number): number =>
  (channel * SIDE + row) * SIDE + column;
const swapped = rearranged((channel, row, column) => index(channel, column, row));
const mirrored = rearranged((channel, row, column) => index(channel, row, SIDE - 1 - column));
const reversed = rearranged((channel, row, column) => index(2 - channel, row, column));
const smaller = rearranged(index, 255);

const explain = (deployed: Tensor, given = picture): InputExplanation | undefined =>
  explainInput(deployed, recorded, given);

describe('what is exact from side to side stands when the picture is given', () => {
  test('the fixture is what is said of it', () => {
    expect(recorded.dims).toEqual([1, 3, SIDE, SIDE]);
    expect(picture.orientation).toBe(1);
  });

  test.each([
    ['rows and columns swapped', swapped, 'layout', 'axes permuted (0, 1, 3, 2), residual 0'],
    ['mirrored', mirrored, 'flip', 'flipped left to right, residual 0'],
    ['divided twice', smaller, 'scale', 'values 255 times too small'],
  ] as const)('%s', (_, deployed, kind, text) => {
    const found = explain(deployed);
    expect(found?.best?.steps.map((step) => step.kind)).toEqual([kind]);
    expect(found?.best?.text).toContain(text);
    expect(found?.sides?.recorded?.text).toContain('reproduced exactly');
    expect(JSON.stringify(found)).not.toContain('EXIF');
  });

  test('the picture tells how the turned side was made, as a turn', () => {
    expect(explain(mirrored)?.sides?.deployed?.text).toMatch(/^RGB, mirrored left to right, resized/);
    expect(explain(swapped)?.sides?.deployed?.text).toMatch(/^RGB, rows and columns exchanged, resized/);
    expect(explain(smaller)?.sides?.deployed?.normalisation.name).toBe('0 … 1/255 (÷ 255 twice)');
  });

  test('channels reversed leave nothing, whatever the decoder of the picture left', () => {
    // Another decoder: each level of the picture off by one, as a JPEG file may be.
    const decoded = { ...picture, rgb: picture.rgb.map((level, at) => Math.min(level + (at % 2), 255)) };
    const found = explain(reversed, decoded);
    expect(found?.best?.steps.map(({ kind }) => kind)).toEqual(['channel-order']);
    expect(found?.best?.residual).toBe(0);
    expect(found?.sides?.deployed?.channelOrder).toBe('BGR');
  });

  test('a description of the deployed side that says something else is left out', () => {
    const odd = rearranged(index, 37);
    const found = explain(odd);
    expect(found?.best?.steps.map(({ kind }) => kind)).toEqual(['scale']);
    expect(found?.sides?.deployed).toBeUndefined();
    expect(found?.sides?.recorded).toBeDefined();
    expect(found?.note).toBe('the deployed side is the recorded one but for this difference');
  });
});

describe('a turn is called by the EXIF tag only where the file has it', () => {
  const turned = cases.find(({ name }) => name === 'EXIF orientation ignored') as unknown as {
    deployed: string;
    recorded: string;
  };
  const file = readPicture(readFileSync('test/fixtures/pictures/jpeg-turned.jpg'), 'turned.jpg');
  const found = (orientation: number): InputExplanation | undefined =>
    explainInput(tensors.get(turned.deployed)!, tensors.get(turned.recorded)!, { ...file, orientation });

  test('with the tag', () => {
    expect(file.orientation).toBe(6);
    expect(found(6)?.best?.text).toContain('EXIF orientation not applied where the recorded side applies 6');
    expect(found(6)?.sides?.recorded?.text).toMatch(/^RGB, EXIF orientation 6 applied, /);
  });

  test('without it', () => {
    expect(JSON.stringify(found(1))).not.toContain('EXIF');
    expect(found(1)?.best?.steps).toMatchObject([
      {
        kind: 'orientation',
        text: 'picture as it is stored where the recorded side has it turned by 90° clockwise',
        fix: 'feed the picture turned by 90° clockwise',
      },
    ]);
    expect(found(1)?.sides?.recorded?.text).toMatch(/^RGB, turned by 90° clockwise, /);
  });
});

describe('axes that only one side has', () => {
  const single: Tensor = { ...recorded, dims: [3, SIDE, SIDE] };

  test.each([
    [single, recorded, 'the batch axis is missing', 'add a batch axis of one element in front'],
    [recorded, single, 'a batch axis too many', 'take away the first axis'],
  ] as const)('%#', (deployed, right, text, fix) => {
    for (const given of [undefined, picture]) {
      const found = explainInput(deployed, right, given)?.best;
      expect(found?.steps).toMatchObject([{ kind: 'layout', fix }]);
      expect(found?.text).toContain(text);
      expect(found?.text).toMatch(/, residual 0$/);
    }
  });
});

describe('other orders of resizing, cutting and padding have something to do', () => {
  const one = cases.find(({ name }) => name === 'centre crop against stretch') as unknown as {
    deployed: string;
    recorded: string;
  };
  const tall = readPicture(readFileSync('test/fixtures/pictures/photo-121x70.png'), 'tall.png');
  const fixes = (deployed: string, right: string): readonly (readonly string[])[] =>
    (explainInput(tensors.get(deployed)!, tensors.get(right)!, tall)?.best?.steps ?? [])
      .filter(({ kind }) => kind === 'crop')
      .map(({ text, fix }) => [text, fix]);

  // Made by resize(picture, 111, 64)[23:87] and by resize(picture, 64, 64).
  test('cut where it should be stretched', () => {
    expect(fixes(one.deployed, one.recorded)).toEqual([
      [
        'resized, then cut where the recorded side is stretched to the canvas',
        'resize to 64 × 64 without padding or cutting',
      ],
    ]);
  });

  test('stretched where it should be cut', () => {
    expect(fixes(one.recorded, one.deployed)).toEqual([
      [
        'stretched to the canvas where the recorded side is resized, then cut',
        'resize to 111 × 64, then cut 23 rows above, 24 below, 0 columns left, 0 right',
      ],
    ]);
  });
});
