import type { StorageType } from './torch-types.ts';
import type { TorchTensor } from './torch-tensor.ts';
import type { NumpyDtype } from './numpy-dtype.ts';

/**
 * What the pickle machine builds: plain data, never an object of a class that a file names. Containers are mutable
 * while the machine runs (pickle appends to a list after it was memoised) and read-only for everyone else.
 */
export type PickleValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | PickleSequence
  | PickleDict
  /** A global of the allow-list, or `category.detail` of something the machine passes through. */
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'storage'; readonly storage: StorageRef }
  | { readonly kind: 'tensor'; readonly tensor: TorchTensor }
  | PickleNumpyDtype
  | PickleNumpyArray
  /** A value that is known and harmless but not read: a sparse tensor, a complex number. */
  | { readonly kind: 'unread'; readonly reason: string };

export interface PickleSequence {
  readonly kind: 'list' | 'tuple' | 'set';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  /** In the order of the first insertion. */
  readonly items: { readonly key: PickleValue; value: PickleValue }[];
  readonly positions: Map<string, number>;
}

/** Mutable: pickle first makes the object, then sets its state. */
export interface PickleNumpyDtype {
  readonly kind: 'numpy-dtype';
  readonly code: string;
  byteOrder: string;
}

export interface PickleNumpyArray {
  readonly kind: 'numpy-array';
  content:
    | {
        readonly dims: readonly number[];
        readonly dtype: NumpyDtype;
        readonly fortran: boolean;
        readonly bytes: Uint8Array;
      }
    | string;
}

/** A storage that a tensor views: its bytes are elsewhere in the file. */
export interface StorageRef {
  readonly key: string;
  readonly type: StorageType;
  /** Elements of `type`. */
  readonly count: number;
  /** Elements from the start of the storage with that key: files before 1.6 could hold views of storages. */
  readonly offset: number;
  readonly location: string;
}

export const NONE: PickleValue = { kind: 'none' };

export function newDict(): PickleDict {
  return { kind: 'dict', items: [], positions: new Map() };
}

/** A later value of an equal key replaces the earlier one, as in Python. */
export function setItem(dict: PickleDict, key: PickleValue, value: PickleValue): void {
  const identity = keyIdentity(key);
  const known = identity === undefined ? undefined : dict.positions.get(identity);
  const item = known === undefined ? undefined : dict.items[known];
  if (item !== undefined) {
    item.value = value;
    return;
  }
  if (identity !== undefined) dict.positions.set(identity, dict.items.length);
  dict.items.push({ key, value });
}

function keyIdentity(key: PickleValue): string | undefined {
  if (key.kind === 'text') return `t${key.value}`;
  if (key.kind === 'none') return 'none';
  // Equal numbers are one key in Python, whatever their type.
  const isNumber = key.kind === 'integer' || key.kind === 'float' || key.kind === 'boolean';
  return isNumber ? `n${Number(key.value)}` : undefined;
}

/** The value as a number for shapes and offsets, `undefined` if it is none or not exact. */
export function smallInteger(value: PickleValue | undefined): number | undefined {
  if (value?.kind !== 'integer') return undefined;
  const number = Number(value.value);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function smallIntegers(value: PickleValue | undefined): number[] | undefined {
  if (value?.kind !== 'tuple' && value?.kind !== 'list') return undefined;
  const numbers: number[] = [];
  for (const item of value.items) {
    const number = smallInteger(item);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers;
}
