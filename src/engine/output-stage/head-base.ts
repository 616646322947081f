import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatShape } from '../../shared/format.ts';
import type { HeadSpec, HeadState } from '../../shared/output-stage.ts';
import { sameDims } from '../tensor/index.ts';
import type { NamedTensor } from './tensor-numbers.ts';
import { float32Of, outputNamed, sameBits } from './tensor-numbers.ts';

/** One output on both sides, as numbers of one shape. */
export interface BothSides {
  readonly name: string;
  readonly dims: readonly number[];
  readonly reference: Float32Array;
  readonly candidate: Float32Array;
  readonly isEqual: boolean;
}

/** @throws LayerdiffError not-comparable where a side lacks the output or the shapes differ. */
export function bothSides(
  name: string,
  reference: readonly NamedTensor[],
  candidate: readonly NamedTensor[],
): BothSides {
  const [r, c] = [outputNamed(reference, name), outputNamed(candidate, name)];
  const shown = printable(name);
  if (r === undefined || c === undefined) {
    const side = c === undefined ? 'candidate' : 'reference';
    throw new LayerdiffError('not-comparable', `the ${side} has no output ${shown}`);
  }
  if (!sameDims(r.dims, c.dims)) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${shown} is ${formatShape(r.dims)} in the reference and ${formatShape(c.dims)} in the candidate`,
    );
  }
  return {
    name,
    dims: r.dims,
    reference: float32Of(r),
    candidate: float32Of(c),
    isEqual: sameBits(r, c),
  };
}

/** What all heads carry: the state decides only where the head was declared. */
export function headBase(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  state: HeadState,
): {
  readonly outputs: readonly string[];
  readonly known: 'declared' | 'recognised';
  readonly state: HeadState;
  readonly decides: boolean;
} {
  return {
    outputs: Object.values(spec.outputs).map(printable),
    known,
    state,
    decides: known === 'declared' && state === 'differs',
  };
}

/** `output logits, recognised as classification` or `output logits (classification)`. */
export function headName(spec: HeadSpec, known: 'declared' | 'recognised'): string {
  const names = Object.values(spec.outputs).map(printable);
  if (names.length === 0) return 'final detections';
  const outputs = `${names.length === 1 ? 'output' : 'outputs'} ${names.join(', ')}`;
  return known === 'declared' ? `${outputs} (${spec.kind})` : `${outputs}, recognised as ${spec.kind}`;
}

/** Largest absolute difference of a stretch of numbers; NaN on both sides is none, on one side it is infinite. */
export function largestDifference(a: Float32Array, b: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let at = from; at < to; at++) {
    const [x, y] = [a[at] ?? NaN, b[at] ?? NaN];
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y);
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}
