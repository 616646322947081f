import type { ComparableDtype } from '../../shared/dtype.ts';
import { DTYPES, isFloatDtype } from '../../shared/dtype.ts';
import { ElementType, Representation, UlpFormat } from './state-slot.ts';

const ELEMENT_TYPES: Readonly<Record<ComparableDtype, ElementType>> = {
  float32: ElementType.Float32,
  float64: ElementType.Float64,
  float16: ElementType.Float16,
  bfloat16: ElementType.Bfloat16,
  int8: ElementType.Int8,
  uint8: ElementType.Uint8,
  bool: ElementType.Uint8,
  int16: ElementType.Int16,
  uint16: ElementType.Uint16,
  int32: ElementType.Int32,
  uint32: ElementType.Uint32,
  int64: ElementType.Int64,
  uint64: ElementType.Uint64,
};

export function elementTypeOf(dtype: ComparableDtype): ElementType {
  return ELEMENT_TYPES[dtype];
}

/** An integer of 64 bits beside a float is compared as the nearest float64; every other pair is held exactly. */
export function representationOf(candidate: ComparableDtype, reference: ComparableDtype): Representation {
  const both = [candidate, reference];
  if (both.every((dtype) => isFloatDtype(dtype) && dtype !== 'float64')) return Representation.Float32;
  const wide = both.some((dtype) => dtype === 'int64' || dtype === 'uint64');
  return wide && !both.some(isFloatDtype) ? Representation.Int64 : Representation.Float64;
}

/** Coarsest last; the coarser dtype of a pair is the one with fewer bits of mantissa. */
const BY_PRECISION = ['float64', 'float32', 'float16', 'bfloat16'] as const;
const FORMATS = [UlpFormat.Float64, UlpFormat.Float32, UlpFormat.Float16, UlpFormat.Bfloat16] as const;

/** Format of the coarser dtype; `None` unless both are floats. */
export function ulpFormatOf(candidate: ComparableDtype, reference: ComparableDtype): UlpFormat {
  if (!isFloatDtype(candidate) || !isFloatDtype(reference)) return UlpFormat.None;
  const rank = (dtype: ComparableDtype): number => (BY_PRECISION as readonly string[]).indexOf(dtype);
  return FORMATS[Math.max(rank(candidate), rank(reference))] ?? UlpFormat.None;
}
export function elementBytesOf(dtype: ComparableDtype): number {
  return DTYPES[dtype].bytes;
}
