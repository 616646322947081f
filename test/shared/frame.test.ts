import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from '../../src/shared/frame.ts';
import { seeded } from '../support/random.ts';

/** u32 little-endian header length, JSON header, arrays at multiples of 8: written by hand, without `encodeFrame`. */
function frameOf(header: string, arrays: readonly number[] = [], headLength?: number): Uint8Array {
  const head = new TextEncoder().encode(header);
  const begin = Math.ceil((4 + head.length) / 8) * 8;
  const frame = new Uint8Array(begin + arrays.length);
  new DataView(frame.buffer).setUint32(0, headLength ?? head.length, true);
  frame.set(head, 4);
  frame.set(arrays, begin);
  return frame;
}

/** The same bytes, `shift` bytes into a larger buffer. */
function shifted(frame: Uint8Array, shift: number): Uint8Array {
  const all = new Uint8Array(frame.length + 16).fill(255);
  all.set(frame, shift);
  return all.subarray(shift, shift + frame.length);
}

const KINDS = {
  Uint8Array: Uint8Array.of(0, 255),
  Int8Array: Int8Array.of(-128, 127, 0),
  Uint16Array: Uint16Array.of(0, 65535),
  Int16Array: Int16Array.of(-32768, 32767),
  Uint32Array: Uint32Array.of(0, 4294967295),
  Int32Array: Int32Array.of(-2147483648, 2147483647, 1),
  Float32Array: Float32Array.of(NaN, -Infinity, -0, 2 ** -149),
  Float64Array: Float64Array.of(NaN, Infinity, -0, 2 ** -1074),
};

const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
  ['0', 0],
  ['a number that needs all digits', 0.1 + 0.2],
  ['an empty string', ''],
  ['a string that looks like a number', 'NaN'],
  ['a string that looks like a mark', '\u0001NaN'],
  ['a string that looks like an array', '\u0001#0'],
  ['the mark alone', '\u0001'],
  ['two marks', '\u0001\u0001undefined'],
  ['text outside ASCII', 'ϕ张量\u{1f600}'],
  ['half a character', '\ud800'],
  ['undefined in an array', [undefined, 1, undefined]],
  ['what JSON has not, nested', { a: [{ b: [NaN, [-0, { c: -Infinity }]] }] }],
  ['null beside undefined', [null, undefined]],
  ['an empty object and an empty array', [{}, []]],
  ['an empty key, a mark as key', { '': 1, '\u0001': { '\u0001#0': NaN } }],
  ...Object.entries(KINDS).map(([kind, array]) => [kind, { array }] as const),
  ...Object.entries(KINDS).map(([kind, array]) => [`empty ${kind}`, [array.subarray(0, 0)]] as const),
  ['arrays of odd lengths side by side', Object.values(KINDS)],
  ['the same array twice', [KINDS.Float64Array, KINDS.Float64Array]],
  ['a part of a larger array', { part: Float32Array.of(1, 2, 3, 4).subarray(1, 3) }],
];

describe('what goes in comes out', () => {
  test.each(VALUES)('%s', (_name, value) => {
    const frame = encodeFrame(value);
    expect(decodeFrame(frame)).toStrictEqual(value);
    for (const shift of [1, 3, 4, 8]) expect(decodeFrame(shifted(frame, shift))).toStrictEqual(value);
  });

  test('a field that is undefined is left out', () => {
    const decoded = decodeFrame(encodeFrame({ a: undefined, b: 1 })) as object;
    expect(Object.keys(decoded)).toEqual(['b']);
  });

  test('a key called __proto__ is a key', () => {
    const message = JSON.parse('{"__proto__": {"polluted": [1]}, "rows": {"constructor": 2}}') as object;
    Object.defineProperty(message, 'inf', { value: Infinity, enumerable: true });
    const decoded = decodeFrame(encodeFrame(message)) as object;
    expect(Object.keys(decoded)).toEqual(['__proto__', 'rows', 'inf']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(decoded, '__proto__')?.value).toEqual({ polluted: [1] });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const unfinite = JSON.parse('{"__proto__": 1}') as Record<string, unknown>;
    Object.defineProperty(unfinite, '__proto__', { value: NaN, enumerable: true });
    const own = decodeFrame(encodeFrame(unfinite)) as object;
    expect(Object.getOwnPropertyDescriptor(own, '__proto__')?.value).toBeNaN();
  });

  test('a Node Buffer arrives as the bytes that it is', () => {
    const frame = encodeFrame({ bytes: new Uint8Array(Buffer.from('abc')) });
    expect(decodeFrame(Buffer.from(frame))).toEqual({ bytes: Uint8Array.of(97, 98, 99) });
    // As a socket hands it over: somewhere in a pool.
    const pool = Buffer.concat([Buffer.from([0]), frame, Buffer.alloc(9)]);
    const decoded = decodeFrame(pool.subarray(1, 1 + frame.length)) as { bytes: Uint8Array };
    expect([...decoded.bytes]).toEqual([97, 98, 99]);
    const wide = encodeFrame({ values: Float64Array.of(1, -2) });
    const wideAt = Buffer.concat([Buffer.from([0, 0, 0]), wide]).subarray(3);
    expect(decodeFrame(wideAt)).toEqual({ values: Float64Array.of(1, -2) });
  });

  test('the layout is the one of the comment', () => {
    // {"value":"\u0001#0","arrays":[["Uint8Array",3]]} by JSON.stringify, which escapes U+0001.
    const header = JSON.stringify({ value: '\u0001#0', arrays: [['Uint8Array', 3]] });
    const written = frameOf(header, [7, 8, 9, 0, 0, 0, 0, 0]);
    expect(encodeFrame(Uint8Array.of(7, 8, 9))).toEqual(written);
    expect(decodeFrame(written)).toEqual(Uint8Array.of(7, 8, 9));
  });

  test.each([1, 2, 3, 4])('whatever is built from random pieces, seed %i', (seed) => {
    const random = seeded(seed);
    for (let round = 0; round < 200; round++) {
      const value = randomValue(random, 5);
      const frame = shifted(encodeFrame(value), Math.floor(random() * 9));
      expect(decodeFrame(frame)).toStrictEqual(value);
    }
  });
});

function randomValue(random: () => number, depth: number): unknown {
  const some = (count: number): number => Math.floor(random() * count);
  const text = (): string =>
    Array.from(
      { length: some(4) },
      () => ['\u0001', '#', '0', 'NaN', '"', '\\', '\u2028', '量'][some(8)],
    ).join('');
  switch (some(depth <= 0 ? 5 : 7)) {
    case 0:
      return [NaN, Infinity, -Infinity, -0, 0, 1e-320, -1.5, 2 ** 60][some(8)];
    case 1:
      return text();
    case 2:
      return [null, true, false][some(3)];
    case 3:
      return Object.values(KINDS)[some(8)];
    case 4:
      return Float32Array.from({ length: some(5) }, () => random());
    case 5:
      return Array.from({ length: some(5) }, () =>
        random() < 0.2 ? undefined : randomValue(random, depth - 1),
      );
    default:
      return Object.fromEntries(
        Array.from({ length: some(5) }, (_, index) => [`${text()}${index}`, randomValue(random, depth - 1)]),
      );
  }
}

describe('what frames do not carry is refused', () => {
  test.each([
    ['64-bit integers', BigInt64Array.of(1n)],
    ['a view without elements', new DataView(new ArrayBuffer(8))],
    ['a big integer', 1n],
  ])('%s', (_name, value) => {
    expect(() => encodeFrame({ value })).toThrow();
  });
});

describe('a frame that lies is refused', () => {
  const arrays = (list: string): string => `{"value":"\\u0001#0","arrays":${list}}`;
  const SIXTEEN = new Array<number>(16).fill(1);
  const LIES: readonly (readonly [name: string, frame: Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['three bytes', new Uint8Array(3)],
    ['a header length without a header', Uint8Array.of(9, 0, 0, 0)],
    ['the largest header length', frameOf('{"value":1,"arrays":[]}', [], 2 ** 32 - 1)],
    ['a header cut in the middle', frameOf('{"value":1,"arrays":[]}', [], 9)],
    ['a header of no bytes', frameOf('', [])],
    ['a header that is no JSON', frameOf('value')],
    ['a header that is null', frameOf('null')],
    ['a header that is a number', frameOf('5')],
    ['a header without a list of arrays', frameOf('{"value":1}')],
    ['a list of arrays that is none', frameOf('{"value":1,"arrays":5}')],
    ['an array that is no pair', frameOf('{"value":1,"arrays":[null]}')],
    ['an array longer than the frame', frameOf(arrays('[["Uint8Array",17]]'), SIXTEEN)],
    ['a second array that is not there', frameOf(arrays('[["Uint8Array",16],["Uint8Array",1]]'), SIXTEEN)],
    ['an array of unknown kind', frameOf(arrays('[["BigInt64Array",8]]'), SIXTEEN)],
    ['a kind from the prototype', frameOf(arrays('[["constructor",8]]'), SIXTEEN)],
    ['__proto__ as kind', frameOf(arrays('[["__proto__",8]]'), SIXTEEN)],
    ['half an element', frameOf(arrays('[["Float64Array",12]]'), SIXTEEN)],
    ['a fraction of a byte', frameOf(arrays('[["Uint8Array",1.5]]'), SIXTEEN)],
    ['a negative length', frameOf(arrays('[["Float64Array",-8]]'), SIXTEEN)],
    ['a length as text', frameOf(arrays('[["Uint8Array","8"]]'), SIXTEEN)],
    ['a length as null', frameOf(arrays('[["Uint8Array",null]]'), SIXTEEN)],
    ['a length beyond integers', frameOf(arrays('[["Uint8Array",1e300]]'), SIXTEEN)],
    ['a length that overflows back', frameOf(arrays('[["Uint8Array",9007199254740991]]'), SIXTEEN)],
    ['an array that is not listed', frameOf('{"value":"\\u0001#1","arrays":[["Uint8Array",1]]}', SIXTEEN)],
    ['an array without a number', frameOf(arrays('[["Uint8Array",1]]').replace('#0', '#'), SIXTEEN)],
    [
      'an array by a hexadecimal number',
      frameOf(arrays('[["Uint8Array",1]]').replace('#0', '#0x0'), SIXTEEN),
    ],
    ['a mark of unknown meaning', frameOf('{"value":"\\u0001null","arrays":[]}')],
    ['a mark with a name from the prototype', frameOf('{"value":["\\u0001constructor"],"arrays":[]}')],
  ];
  test.each(LIES)('%s', (_name, frame) => {
    for (const shift of [0, 1]) expect(() => decodeFrame(shifted(frame, shift))).toThrow();
  });

  test('every cut of a good frame throws or gives what it holds', () => {
    const frame = encodeFrame({ a: Float64Array.of(1, 2), b: Uint8Array.of(3), c: 'text' });
    // The last array is padded: without the pad everything is still there.
    const whole = frame.length - 7;
    for (let length = 0; length < whole; length++)
      expect(() => decodeFrame(frame.slice(0, length)), `${length}`).toThrow();
    expect(decodeFrame(frame.slice(0, whole))).toEqual(decodeFrame(frame));
  });

  test('bytes that follow the frame in its buffer are not read', () => {
    const frame = frameOf(arrays('[["Uint8Array",9]]'), [1, 1, 1, 1, 1, 1, 1, 1]);
    expect(() => decodeFrame(shifted(frame, 8))).toThrow('not in it');
  });

  test('nesting without end is refused, not followed', () => {
    const depth = 200_000;
    const deep = `{"value":${'['.repeat(depth)}${']'.repeat(depth)},"arrays":[]}`;
    expect(() => decodeFrame(frameOf(deep))).toThrow();
    const objects = `{"value":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},"arrays":[]}`;
    expect(() => decodeFrame(frameOf(objects))).toThrow();
  });

  test.each([11, 12, 13])('no flipped byte reads outside of the frame, seed %i', (seed) => {
    const random = seeded(seed);
    const frame = encodeFrame({ a: Float32Array.of(1, 2, 3), b: [NaN, undefined, 'x'], c: { d: -0 } });
    for (let round = 0; round < 500; round++) {
      const damaged = frame.slice();
      for (let flips = 0; flips < 3; flips++)
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      let decoded: unknown;
      try {
        decoded = decodeFrame(damaged);
      } catch {
        continue;
      }
      for (const array of arraysIn(decoded)) {
        expect(array.buffer).toBe(damaged.buffer);
        expect(array.byteOffset + array.byteLength).toBeLessThanOrEqual(damaged.byteLength);
      }
    }
  });
});

function arraysIn(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysIn) : [];
}
