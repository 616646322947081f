import type { ComparableDtype } from '../../shared/dtype.ts';
import { typedArrayOf } from './typed-array.ts';
export function toNumbers(dtype: ComparableDtype, bytes: Uint8Array): Float64Array { return Float64Array.from(typedArrayOf(dtype, bytes) as Float32Array, Number); }
