import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { LayerdiffError } from '../../../src/shared/errors.ts';
import { readPicture } from '../../../src/engine/input-stage/index.ts';
import { readNpz } from './read-npz.ts';

/** Written by scripts/fixtures/make_pictures.py; what is expected was read by cv2.imread. */
const FOLDER = 'test/fixtures/pictures';

function read(name: string): ReturnType<typeof readPicture> {
  return readPicture(readFileSync(`${FOLDER}/${name}`), name);
}

function mostOff(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, level, at) => Math.max(most, Math.abs(level - b[at]!)), 0);
}

describe('PNG', () => {
  test.each([...readNpz(`${FOLDER}/kinds.npz`)])('%s', (kind, expected) => {
    const found = read(`kind-${kind}.png`);
    expect([found.height, found.width, 3]).toEqual(expected.dims);
    expect(mostOff(found.rgb, expected.bytes)).toBe(0);
  });
});

test('an interlaced PNG of 4 bits, which the decoder cannot read, is not called damaged', () => {
  // Eight by eight gray pixels, interlaced (Adam7): 15 scan lines.
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 4, 0, 0, 0, 1]);
  const chunk = (type: string, body: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    return Buffer.concat([size, Buffer.from(type), body, Buffer.alloc(4)]);
  };
  const bytes = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  expect(() => readPicture(bytes, 'a.png')).toThrow(/interlaced PNG files of fewer than 8 bits are not read/);
});

/** One level in Y and one in Cb or Cr, by which two inverse transforms may differ: 1 + 1.772, rounded. */
const COLOUR_LEVELS = 3;

describe('JPEG', () => {
  test.each([
    ['444', COLOUR_LEVELS],
    ['422', COLOUR_LEVELS],
    ['420', COLOUR_LEVELS],
    ['gray', 1],
  ])('%s: one level a component from libjpeg', (kind, most) => {
    const found = read(`jpeg-${kind}.jpg`);
    const expected = read(`jpeg-${kind}.png`);
    expect([found.height, found.width]).toEqual([expected.height, expected.width]);
    expect(mostOff(found.rgb, expected.rgb)).toBeLessThanOrEqual(most);
    const off = found.rgb.reduce((count, level, at) => count + (level === expected.rgb[at] ? 0 : 1), 0);
    expect(off / found.rgb.length).toBeLessThan(0.2);
  });

  test('orientation is told and not applied', () => {
    const found = read('jpeg-turned.jpg');
    expect(found).toMatchObject({ width: 157, height: 101, orientation: 6, format: 'jpeg' });
    // The same pixels and quality, progressive: the coefficients are those of the file that is not turned.
    expect(mostOff(found.rgb, read('jpeg-420.png').rgb)).toBeLessThanOrEqual(COLOUR_LEVELS);
    expect(read('jpeg-420.jpg').orientation).toBe(1);
  });
});

describe('what is no picture is refused', () => {
  const photo = readFileSync(`${FOLDER}/photo-75x113.png`);
  const jpeg = readFileSync(`${FOLDER}/jpeg-420.jpg`);

  function refused(bytes: Uint8Array): LayerdiffError {
    try {
      readPicture(bytes, 'evil\u001b[2J.png');
    } catch (error) {
      return error as LayerdiffError;
    }
    throw new Error('was read');
  }

  test.each([
    ['nothing', new Uint8Array(), 'neither a PNG nor a JPEG file'],
    ['text', new TextEncoder().encode('GIF89a'), 'neither a PNG nor a JPEG file'],
    ['a PNG cut off', photo.subarray(0, photo.length / 2), 'ends inside a chunk'],
    ['a PNG of 100000 × 100000', png(100_000, 100_000, new Uint8Array(9)), 'at most 64000000 are read'],
    ['a PNG of no rows', png(10, 0, new Uint8Array(9)), '10 × 0 pixels'],
    ['a PNG that inflates to more', png(4, 4, new Uint8Array(50_000_000)), 'more pixels than its header'],
    ['a PNG that inflates to less', png(400, 400, new Uint8Array(9)), 'damaged'],
    ['a JPEG without a frame', Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), 'no frame header'],
    ['a JPEG cut in its header', jpeg.subarray(0, 164), 'frame header'],
    ['a JPEG of 65535 × 65535', enlarged(jpeg), 'at most 64000000 are read'],
  ])('%s', (_, bytes, message) => {
    const error = refused(bytes);
    expect(error).toMatchObject({ tag: 'bad-file', file: 'evil\\u001b[2J.png' });
    expect(error.message).toContain(message);
    expect(error.wayOut).not.toBe('');
  });

  function png(width: number, height: number, pixels: Uint8Array): Uint8Array {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const chunk = (type: string, body: Uint8Array): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)]);
    };
    return Buffer.concat([
      photo.subarray(0, 8),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(pixels)),
      chunk('IEND', new Uint8Array()),
    ]);
  }

  function enlarged(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const frame = copy.findIndex((byte, at) => byte === 0xff && copy[at + 1] === 0xc0);
    copy.fill(0xff, frame + 5, frame + 9);
    return copy;
  }
});
