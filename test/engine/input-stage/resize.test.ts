import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InputFilter } from '../../../src/shared/input-stage.ts';
import type { Raster } from '../../../src/engine/input-stage/resize/raster.ts';
import { resize } from '../../../src/engine/input-stage/resize/resize.ts';
import { readPicture } from '../../../src/engine/input-stage/index.ts';
import { readNpz } from './read-npz.ts';

/** Written by scripts/fixtures/make_pictures.py: cv2.resize, and PIL's resize for the antialiased filters. */
const FOLDER = 'test/fixtures/pictures';

function raster(file: string): Raster {
  const { width, height, rgb } = readPicture(readFileSync(`${FOLDER}/${file}`), file);
  return { width, height, channels: 3, data: rgb };
}

const made = readdirSync(`${FOLDER}/resized`)
  .filter((file) => file.endsWith('.png'))
  .map((file) => {
    const [picture = '', filter = '', size = ''] = file.replace('.png', '').split('_');
    const [height = 0, width = 0] = size.split('x').map(Number);
    return { file, picture, filter: filter.replace('-', ' ') as InputFilter, height, width };
  });

test('every filter at every size', () => {
  expect(made).toHaveLength(2 * 6 * 6);
});

describe('bytes', () => {
  test.each(made)('$file', ({ file, picture, filter, height, width }) => {
    const expected = raster(`resized/${file}`);
    const found = resize(raster(`${picture}.png`), height, width, filter);
    expect([found.width, found.height]).toEqual([expected.width, expected.height]);
    const off = Array.from(expected.data, (level, at) => Math.abs(level - found.data[at]!));
    expect(off.reduce((most, one) => Math.max(most, one), 0)).toBeLessThanOrEqual(
      filter === 'bilinear' || filter === 'nearest' ? 0 : 1,
    );
  });
});

describe('floats are not rounded', () => {
  const photo = raster('photo-83x125.png');
  const floats: Raster = { ...photo, data: Float32Array.from(photo.data) };
  test.each([...readNpz(`${FOLDER}/resized/floats.npz`)])('%s', (name, { bytes, dims }) => {
    const [filter = ''] = name.split('_');
    const [height = 0, width = 0] = dims;
    const expected = new Float32Array(bytes.buffer);
    const found = resize(floats, height, width, filter as InputFilter);
    expect(found.data).toHaveLength(expected.length);
    const most = expected.reduce((worst, level, at) => Math.max(worst, Math.abs(level - found.data[at]!)), 0);
    expect(most).toBeLessThan(0.002);
    expect(filter === 'nearest' || [...found.data].some((level) => !Number.isInteger(level))).toBe(true);
  });
});

test('the same size is the picture itself', () => {
  const photo = raster('photo-83x125.png');
  expect(resize(photo, 83, 125, 'bicubic')).toBe(photo);
});
