import { structuresOf } from '../../../src/engine/structure/index.ts';
import type { ErrorTensor } from '../../../src/engine/structure/index.ts';
import type { Structure, StructureKind } from '../../../src/shared/structure.ts';
import { seeded } from '../../support/random.ts';

export const TOLERANCE = 1e-5;

/** Float noise: below the tolerance, and everywhere. */
const NOISE = 1e-6;

export type Edit = (value: number, at: readonly number[], index: number) => number;

export interface Options extends Partial<ErrorTensor> {
  readonly seed?: number;
  /** The reference's values; about normal where there is none. */
  readonly values?: (index: number) => number;
}

/** About normal: the sum of twelve uniform numbers. */
export function normal(random: () => number): number {
  let sum = -6;
  for (let term = 0; term < 12; term++) sum += random();
  return sum;
}

export function count(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

export function indexOf(flat: number, dims: readonly number[]): number[] {
  const at = [...dims];
  let rest = flat;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const dim = dims[axis]!;
    at[axis] = rest % dim;
    rest = Math.floor(rest / dim);
  }
  return at;
}

/** A reference, and a candidate that is the reference with an edit and float noise. */
export function errorOf(dims: readonly number[], edit: Edit, options: Options = {}): ErrorTensor {
  const random = seeded(options.seed ?? 1);
  const { values = () => normal(random) } = options;
  const reference = Float64Array.from({ length: count(dims) }, (_, index) => values(index));
  const candidate = reference.map((value, index) => {
    const edited = edit(value, indexOf(index, dims), index);
    // Zeros are exact in what makes them.
    return edited === 0 ? 0 : edited + NOISE * (random() - 0.5);
  });
  return { dims, candidate, reference, isFloat: true, tolerance: TOLERANCE, operands: [], ...options };
}

export function kindsOf(error: ErrorTensor): StructureKind[] {
  return structuresOf(error).map(({ kind }) => kind);
}

export function findKind(error: ErrorTensor, kind: StructureKind): Structure | undefined {
  return structuresOf(error).find((structure) => structure.kind === kind);
}
