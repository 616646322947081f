import { DIFFERENCE } from './memory';

/**
 * |d| of two tiles of 64-bit integers, exact in 64 bits and then rounded once to float64; 0 if and only if they are
 * equal. Subtraction is unsigned from the larger: a difference of two int64 may need 64 bits without a sign.
 */
export function differInt64(
  candidate: usize,
  candidateUnsigned: bool,
  reference: usize,
  referenceUnsigned: bool,
  count: i32,
): void {
  for (let index = 0; index < count; index++) {
    const offset = (<usize>index) << 3;
    const t = load<i64>(candidate + offset);
    const r = load<i64>(reference + offset);
    let d: f64;
    if (candidateUnsigned && r < 0 && !referenceUnsigned) d = <f64>(<u64>t) + -(<f64>r);
    else if (referenceUnsigned && t < 0 && !candidateUnsigned) d = <f64>(<u64>r) + -(<f64>t);
    else if (candidateUnsigned || referenceUnsigned)
      d = <f64>(<u64>t > <u64>r ? <u64>t - <u64>r : <u64>r - <u64>t);
    else d = <f64>(t > r ? <u64>t - <u64>r : <u64>r - <u64>t);
    store<f64>(DIFFERENCE + offset, d);
  }
}
