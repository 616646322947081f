import { describe, expect, test } from 'vitest';
import { modelFromBytes, tensorOf } from '../../../src/engine/onnx/index.ts';
import type { Weight } from '../../support/proto-model.ts';
import { modelBytes, TYPE } from '../../support/proto-model.ts';

/** Through the file format and back: what is encoded is what a file would hold. */
function bytesOf(weight: Weight): Uint8Array {
  const model = modelFromBytes(modelBytes({ initializer: [{ name: 'w', ...weight }] }), 'm.onnx');
  const [tensor] = model.graph.initializers;
  if (tensor === undefined) throw new Error('no tensor');
  return tensorOf(model, tensor).bytes;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('typed fields, the bytes worked out by hand (onnx.proto, TensorProto)', () => {
  test.each<readonly [string, Weight, string]>([
    ['float_data', { dataType: TYPE.float32, dims: [2], floatData: [1, -2] }, '0000803f000000c0'],
    ['double_data', { dataType: TYPE.float64, dims: [1], doubleData: [1] }, '000000000000f03f'],
    ['int32_data', { dataType: TYPE.int32, dims: [2], int32Data: [-1, 2147483647] }, 'ffffffffffffff7f'],
    ['int8 in int32_data', { dataType: TYPE.int8, dims: [3], int32Data: [-128, -1, 127] }, '80ff7f'],
    ['uint8 in int32_data', { dataType: TYPE.uint8, dims: [2], int32Data: [0, 255] }, '00ff'],
    ['bool in int32_data', { dataType: TYPE.bool, dims: [2], int32Data: [0, 1] }, '0001'],
    // 1.0 and -0.0 as the bits of IEEE binary16, 1.0 as those of bfloat16.
    ['float16 in int32_data', { dataType: TYPE.float16, dims: [2], int32Data: [0x3c00, 0x8000] }, '003c0080'],
    ['bfloat16 in int32_data', { dataType: TYPE.bfloat16, dims: [1], int32Data: [0x3f80] }, '803f'],
    // Element 0 in the low half: 1 and -2 are one byte, 0xe1.
    ['int4 in int32_data', { dataType: TYPE.int4, dims: [2], int32Data: [0xe1] }, 'e1'],
    [
      'int64_data',
      { dataType: TYPE.int64, dims: [2], int64Data: [-1, 2 ** 40] },
      'ffffffffffffffff0000000000010000',
    ],
    ['uint64_data', { dataType: TYPE.uint64, dims: [1], uint64Data: [2 ** 52] }, '0000000000001000'],
    ['nothing at all, and empty', { dataType: TYPE.float32, dims: [0, 3] }, ''],
  ])('%s', (_, weight, expected) => {
    expect(hex(bytesOf(weight))).toBe(expected);
  });
});

test('extremes of 64-bit types stay extremes', () => {
  // Encoded by hand: the writer's numbers end at 2^53. Field 7 (int64_data) and 11 (uint64_data), packed.
  const weight = (dataType: number, field: number, varints: readonly number[]): Uint8Array => {
    const tensor = [0x08, 2, 0x10, dataType, field * 8 + 2, varints.length, ...varints, 0x42, 1, 119];
    const graph = [0x2a, tensor.length, ...tensor];
    return Uint8Array.from([0x3a, graph.length, ...graph]);
  };
  const read = (bytes: Uint8Array): Uint8Array => {
    const model = modelFromBytes(bytes, 'm.onnx');
    const [tensor] = model.graph.initializers;
    if (tensor === undefined) throw new Error('no tensor');
    return tensorOf(model, tensor).bytes;
  };
  const most = [...new Array<number>(8).fill(0xff), 0x7f];
  const least = [...new Array<number>(9).fill(0x80), 0x01];
  const all = [...new Array<number>(9).fill(0xff), 0x01];
  expect(hex(read(weight(TYPE.int64, 7, [...most, ...least])))).toBe('ffffffffffffff7f0000000000000080');
  expect(hex(read(weight(TYPE.uint64, 11, [...all, 1])))).toBe('ffffffffffffffff0100000000000000');
});

describe('a tensor that cannot be what it says is refused by name', () => {
  test.each<readonly [string, Weight, string]>([
    [
      'fewer bytes than its shape',
      { dataType: TYPE.float32, dims: [2], rawData: new Uint8Array(4) },
      'has 4 bytes, its shape [2] needs 8',
    ],
    [
      'more values than its shape',
      { dataType: TYPE.float32, dims: [1], floatData: [1, 2] },
      'has 8 bytes, its shape [1] needs 4',
    ],
    [
      'a negative dim',
      { dataType: TYPE.float32, dims: [-1], rawData: new Uint8Array(4) },
      'its shape [-1] needs',
    ],
    [
      'text',
      { dataType: TYPE.string, dims: [1], stringData: [Uint8Array.from([65])] },
      'holds text, not numbers',
    ],
    ['a type of tomorrow', { dataType: 99, dims: [1] }, 'has the unknown data type 99'],
  ])('%s', (_, weight, message) => {
    expect(() => bytesOf(weight)).toThrow(
      expect.objectContaining({
        tag: 'bad-file',
        place: 'tensor w',
        message: expect.stringContaining(message),
      }),
    );
  });
});
