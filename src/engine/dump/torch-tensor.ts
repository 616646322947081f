import type { ComparableDtype } from '../../shared/dtype.ts';

import { PickleRefusal } from './pickle-refusal.ts';
import type { PickleValue, StorageRef } from './pickle-value.ts';
import { smallInteger, smallIntegers } from './pickle-value.ts';
import { checkedByteLength, sameDims, stridesOf } from '../tensor/index.ts';
import { LIMITS } from './limits.ts';
import { storageExtent } from './stored-array.ts';
import type { StorageType } from './torch-types.ts';

/** A dense tensor as its pickle describes it: a view of a storage. Offset and strides in elements of `dtype`. */
export interface TorchTensor {
  readonly storage: StorageRef;
  readonly dtype: ComparableDtype;
  readonly elementBytes: number;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/**
 * A tensor from the arguments of torch's rebuild functions: storage, offset, size, stride.
 * @param type what the elements are, where not what the storage says
 * @throws PickleRefusal
 */
export function rebuildTensor(args: readonly PickleValue[], type?: StorageType): PickleValue {
  const [storageValue, offsetValue, sizeValue, strideValue] = args;
  const offset = smallInteger(offsetValue);
  const dims = smallIntegers(sizeValue);
  const strides = smallIntegers(strideValue);
  if (
    storageValue?.kind !== 'storage' ||
    offset === undefined ||
    dims === undefined ||
    strides === undefined
  ) {
    throw new PickleRefusal('a tensor without storage, offset, size or stride');
  }
  const { storage } = storageValue;
  const { name, bytes, dtype } = type ?? storage.type;
  if (storage.location === 'meta')
    return { kind: 'unread', reason: 'a tensor on the meta device has no values' };
  if (dtype === undefined) return { kind: 'unread', reason: unreadType(name) };
  const extent = storageExtent(dims, strides, offset);
  if (extent === undefined) {
    throw new PickleRefusal(`a tensor of size [${dims.join(', ')}] and stride [${strides.join(', ')}]`);
  }
  if (extent * bytes > storage.count * storage.type.bytes) {
    throw new PickleRefusal(
      `a tensor of size [${dims.join(', ')}] that reaches beyond its storage of ${storage.count} elements`,
    );
  }
  const total = checkedByteLength(dtype, dims) ?? Infinity;
  if (total > extent * bytes && total > LIMITS.expandedBytes) {
    return { kind: 'unread', reason: `expanded from ${extent} stored elements to ${total} bytes` };
  }
  return { kind: 'tensor', tensor: { storage, dtype, elementBytes: bytes, offset, dims, strides } };
}

export function unreadType(name: string): string {
  if (name.startsWith('complex')) return `complex numbers (${name}) are not compared`;
  if (/^q(u?int)/.test(name)) return 'a quantised tensor: save tensor.dequantize() or tensor.int_repr()';
  return `the type ${name} is not compared`;
}

/** Equal for tensors that are the same elements of the same storage, in the same order. */
export function storageName(tensor: TorchTensor): string {
  const { storage, offset, dims, strides } = tensor;
  const view = sameDims(strides, stridesOf(dims)) ? '' : `/${strides.join(',')}`;
  return `${storage.key}+${storage.offset + offset}:${tensor.dtype}[${dims.join(',')}]${view}`;
}
