import type { ComparableDtype } from '../../../src/shared/dtype.ts';
import { isFloatDtype } from '../../../src/shared/dtype.ts';
import {
  bytesOf,
  float32ToBfloat16,
  float32ToFloat16,
  typedArrayOf,
} from '../../../src/engine/tensor/index.ts';
import { DTYPES } from '../../../src/shared/dtype.ts';
import type { TwinTensor } from './twin.ts';

/** Uniform in [0, 1): mulberry32. */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Elements of the dtype nearest to the numbers; 64-bit integers from bigints as they are. */
export function tensorOf(dtype: ComparableDtype, values: readonly (number | bigint)[]): TwinTensor {
  const bytes = new Uint8Array(values.length * DTYPES[dtype].bytes);
  const array = typedArrayOf(dtype, bytes);
  values.forEach((value, index) => {
    if (dtype === 'int64' || dtype === 'uint64') array[index] = BigInt(value);
    else if (dtype === 'float16') array[index] = float32ToFloat16(Number(value));
    else if (dtype === 'bfloat16') array[index] = float32ToBfloat16(Number(value));
    else array[index] = Number(value);
  });
  return { dtype, bytes: bytesOf(array) };
}

/** Which awkward values a random tensor holds beside ordinary ones. */
export type Flavour = 'ordinary' | 'awkward';

/**
 * A candidate and a reference that agree but for rounding in most elements and differ at random in the rest; awkward
 * ones also hold zeros of both signs, subnormals, extremes, NaN and infinities, together and on one side only.
 */
export function randomPair(
  candidateDtype: ComparableDtype,
  referenceDtype: ComparableDtype,
  count: number,
  seed: number,
  flavour: Flavour,
): { readonly candidate: TwinTensor; readonly reference: TwinTensor } {
  const random = randomSource(seed);
  const integer = !isFloatDtype(candidateDtype) || !isFloatDtype(referenceDtype);
  const span = candidateDtype === 'bool' || referenceDtype === 'bool' ? 2 : 120;
  const a: number[] = [];
  const b: number[] = [];
  for (let index = 0; index < count; index++) {
    if (integer) {
      const value = Math.floor(random() * span);
      b.push(value);
      a.push(random() < 0.8 ? value : Math.floor(random() * span));
    } else if (flavour === 'awkward' && random() < 0.1) {
      a.push(pick(AWKWARD, random()));
      b.push(random() < 0.5 ? (a.at(-1) ?? 0) : pick(AWKWARD, random()));
    } else {
      const value = (random() - 0.5) * 10 ** Math.floor(random() * 4 - 2);
      b.push(value);
      a.push(random() < 0.9 ? value * (1 + (random() - 0.5) * 1e-5) : (random() - 0.5) * 4);
    }
  }
  return { candidate: tensorOf(candidateDtype, a), reference: tensorOf(referenceDtype, b) };
}

const AWKWARD = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1e-42,
  -1e-42,
  2 ** -126,
  6e-8,
  6e-5,
  65504,
  -65504,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  -3.3895313892515355e38,
  1,
  -1,
] as const;

function pick(values: readonly number[], share: number): number {
  return values[Math.floor(share * values.length)] ?? 0;
}
