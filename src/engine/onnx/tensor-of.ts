import type { Dtype } from '../../shared/dtype.ts';
import { DTYPES } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Tensor } from '../tensor/index.ts';
import { byteLength } from '../tensor/index.ts';
import { bytesOf } from '../tensor/index.ts';
import { readExternalData } from './external-data.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';

/**
 * Values of a TensorProto as contiguous little-endian bytes; a view of the file where it holds raw data.
 * @throws LayerdiffError `bad-file`: unknown dtype, strings, or fewer bytes than the shape needs.
 */
export function tensorOf(model: OnnxModel, tensor: OnnxTensor): Tensor {
  const { dtype, dims, data } = tensor;
  if (dtype === undefined || dtype === 'string') {
    throw problem(
      model,
      tensor,
      dtype === 'string' ? 'holds text, not numbers' : `has the unknown data type ${tensor.dtypeCode}`,
    );
  }
  const bytes =
    data.kind === 'raw'
      ? data.bytes
      : data.kind === 'external'
        ? readExternalData(model, tensor, data)
        : data.kind === 'numbers'
          ? bytesOfNumbers(dtype, data.values)
          : new Uint8Array();
  const expected = byteLength({ dtype, dims });
  if (bytes.byteLength !== expected) {
    throw problem(
      model,
      tensor,
      `has ${bytes.byteLength} bytes, its shape [${dims.join(', ')}] needs ${expected}`,
    );
  }
  return { dtype, dims, bytes };
}

function problem(model: OnnxModel, tensor: OnnxTensor, message: string): LayerdiffError {
  return new LayerdiffError('bad-file', message, { file: model.path, place: `tensor ${tensor.name}` });
}

/**
 * TensorProto's typed fields: int32_data also carries the bit patterns of narrower types (onnx.proto, field 5);
 * sub-byte types are packed, two or four to a byte.
 */
function bytesOfNumbers(dtype: Dtype, values: readonly number[]): Uint8Array {
  switch (dtype) {
    case 'float32':
      return bytesOf(Float32Array.from(values));
    case 'float64':
      return bytesOf(Float64Array.from(values));
    case 'complex64':
      return bytesOf(Float32Array.from(values));
    case 'complex128':
      return bytesOf(Float64Array.from(values));
    case 'int64':
      return bytesOf(BigInt64Array.from(values, (value) => clampToInt64(value)));
    case 'uint64':
      return bytesOf(BigUint64Array.from(values, (value) => clampToUint64(value)));
    case 'int32':
      return bytesOf(Int32Array.from(values));
    case 'uint32':
      return bytesOf(Uint32Array.from(values));
    default: {
      const bytes = DTYPES[dtype].bytes;
      return bytes === 2 ? bytesOf(Uint16Array.from(values)) : Uint8Array.from(values);
    }
  }
}

/**
 * Typed 64-bit fields are decoded as doubles: exact below 2^53, rounded above, and INT64_MAX arrives as 2^63, one past
 * the range. Exporters write raw data; in typed fields stand shapes, axes and the extremes.
 */
function clampToInt64(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
}

function clampToUint64(value: number): bigint {
  return value >= 2 ** 64 ? 2n ** 64n - 1n : BigInt(value);
}
