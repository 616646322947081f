import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Dtype } from '../../../src/shared/dtype.ts';
import type { Tensor } from '../../../src/engine/tensor/index.ts';

const DTYPES: Readonly<Record<string, Dtype>> = {
  '<f4': 'float32',
  '<f8': 'float64',
  '<f2': 'float16',
  '|u1': 'uint8',
  '<i4': 'int32',
  '<i8': 'int64',
};

/** Arrays that numpy.savez_compressed wrote, in C order, by name. */
export function readNpz(file: string): ReadonlyMap<string, Tensor> {
  const files = unzipSync(readFileSync(file));
  return new Map(Object.entries(files).map(([name, bytes]) => [name.replace(/\.npy$/, ''), tensorOf(bytes)]));
}

function tensorOf(bytes: Uint8Array): Tensor {
  const length = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  if (header.includes("'fortran_order': True")) throw new Error(`Fortran order: ${header}`);
  const dtype = DTYPES[/'descr': '([^']+)'/.exec(header)?.[1] ?? ''];
  if (dtype === undefined) throw new Error(`dtype of ${header}`);
  const dims = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { dtype, dims, bytes: bytes.slice(10 + length) };
}
