import { describe, expect, test } from 'vitest';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import { embed, joinBytes, lengthPrefix, wireFields } from '../../../src/engine/onnx/wire.ts';
import { isLayerdiffError } from '../../../src/shared/errors.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';

const fieldsOf = (bytes: readonly number[]): unknown[] => {
  const all = Uint8Array.from(bytes);
  return [...wireFields(all, { start: 0, end: all.length })].map(
    ({ number, wireType, field, value: payload }) => [
      number,
      wireType,
      [field.start, field.end],
      [payload.start, payload.end],
    ],
  );
};

describe('fields of a message', () => {
  test('worked out by hand from protobuf.dev, "Encoding"', () => {
    // 1: varint 150 · 2: "testing" · 3: fixed32 · 4: fixed64
    const bytes = [
      0x08,
      0x96,
      0x01,
      0x12,
      7,
      ...Buffer.from('testing'),
      0x1d,
      1,
      2,
      3,
      4,
      0x21,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
    ];
    expect(fieldsOf(bytes)).toEqual([
      [1, 0, [0, 3], [1, 3]],
      [2, 2, [3, 12], [5, 12]],
      [3, 5, [12, 17], [13, 17]],
      [4, 1, [17, 26], [18, 26]],
    ]);
  });

  test('a tag of two bytes, an empty payload, a length that is not in its shortest form', () => {
    expect(fieldsOf([0xba, 0x3e, 0, 0x12, 0x81, 0x00, 65])).toEqual([
      [999, 2, [0, 3], [3, 3]],
      [2, 2, [3, 7], [6, 7]],
    ]);
  });

  test.each([
    ['field number 0', [0x02, 0x00]],
    ['a group that starts', [0x0b, 0x0c]],
    ['a group that ends', [0x0c]],
    ['wire type 6', [0x0e, 0]],
    ['wire type 7', [0x0f, 0]],
    ['a varint without end', [0x08, ...new Array<number>(11).fill(0xff)]],
    ['a varint cut off', [0x08, 0x96]],
    ['a length beyond the end', [0x12, 5, 1]],
    ['a length of 2^63', [0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['fixed32 cut off', [0x1d, 1, 2, 3]],
    ['fixed64 cut off', [0x21, 1, 2, 3, 4, 5, 6, 7]],
  ])('%s is refused, with the byte', (_, bytes) => {
    expect(() => fieldsOf(bytes)).toThrow(
      expect.objectContaining({ tag: 'bad-file', place: expect.stringMatching(/^byte \d+$/) }),
    );
  });

  test('what is written is what is read, at every size of the length', () => {
    for (const length of [0, 1, 127, 128, 16383, 16384, 2097152]) {
      const bytes = joinBytes(embed(100, [new Uint8Array(length)]));
      const [field, ...rest] = wireFields(bytes, { start: 0, end: bytes.length });
      expect(rest).toEqual([]);
      expect(field).toMatchObject({
        number: 100,
        wireType: 2,
        value: { start: bytes.length - length, end: bytes.length },
      });
    }
    expect([...lengthPrefix(1, 300)]).toEqual([0x0a, 0xac, 0x02]);
  });
});

const SMALL = modelBytes({
  node: [node('Add', ['x', 'w'], ['y'], [], { name: 'sum', metadataProps: [{ key: 'a', value: 'b' }] })],
  input: [value('x', TYPE.float32, [2])],
  output: [value('y', TYPE.float32, [2])],
  initializer: [floats('w', [2], [1, 2])],
});

describe('a model with one thing wrong', () => {
  test('cut off at any byte: refused in one line, or a shorter model', () => {
    let refused = 0;
    for (let end = 0; end < SMALL.length; end++) {
      try {
        const { graph } = modelFromBytes(SMALL.subarray(0, end), 'cut.onnx');
        expect(graph.nodes.length).toBeLessThanOrEqual(1);
      } catch (error) {
        refused++;
        expect(error).toMatchObject({ name: 'LayerdiffError', tag: 'bad-file', file: 'cut.onnx' });
        expect((error as { wayOut: string }).wayOut).not.toBe('');
      }
    }
    expect(refused).toBeGreaterThan(SMALL.length / 2);
  });

  test('any byte changed to any value: read, or refused in one line', () => {
    for (let at = 0; at < SMALL.length; at++) {
      for (const byte of [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0b, (SMALL[at] ?? 0) ^ 0x40]) {
        const bytes = SMALL.slice();
        bytes[at] = byte;
        try {
          const model = modelFromBytes(bytes, 'odd.onnx');
          // Bytes are copied by these positions: they must be those of what was decoded.
          expect(model.layout.nodes).toHaveLength(model.graph.nodes.length);
          expect(model.layout.initializers).toHaveLength(model.graph.initializers.length);
          expect(model.layout.valueInfo).toHaveLength(model.graph.valueInfo.length);
        } catch (error) {
          if (!isLayerdiffError(error)) throw error;
          expect(error.tag).toBe('bad-file');
        }
      }
    }
  });

  test('a field of a known number but another wire type is as unknown to the copy as to the decoder', () => {
    // GraphProto field 1 (node) as a varint, before the real node.
    const graph = joinBytes([
      Uint8Array.from([0x08, 0x05]),
      ...embed(1, [Uint8Array.from([0x22, 3, 65, 98, 115])]),
    ]);
    const model = modelFromBytes(joinBytes(embed(7, [graph])), 'odd.onnx');
    expect(model.graph.nodes.map((one) => one.opType)).toEqual(['Abs']);
    expect(model.layout.nodes).toEqual([{ start: 4, end: 11 }]);
  });

  test('bodies nested deeper than any exporter does are refused, not followed until the stack ends', () => {
    let graph = new Uint8Array();
    for (let depth = 0; depth < 5000; depth++) {
      const attribute = joinBytes(embed(6, [graph]));
      const outer = joinBytes(embed(5, [attribute]));
      graph = new Uint8Array(joinBytes(embed(1, [outer])));
    }
    expect(() => modelFromBytes(joinBytes(embed(7, [graph])), 'deep.onnx')).toThrow(
      expect.objectContaining({
        tag: 'bad-file',
        file: 'deep.onnx',
        message: expect.stringContaining('depth'),
      }),
    );
  });
});
