/** Numbers in C order. float16, bfloat16, int64 and bool are converted by the caller. */
export type NumberArray =
  Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

export interface Operand {
  readonly name: string;
  /** Those of the output, or dims that broadcast to them; others are passed over. */
  readonly dims: readonly number[];
  readonly values: NumberArray;
}

/** Candidate t and reference r of one tensor, of the same dims; the error is d = t − r. */
export interface ErrorTensor {
  readonly dims: readonly number[];
  readonly candidate: NumberArray;
  readonly reference: NumberArray;
  /** Whether the tensor's dtype is a float, whatever the arrays are. */
  readonly isFloat: boolean;
  /** |d| at or below this counts as equal: the absolute tolerance of the stretch; 0 for integers. */
  readonly tolerance: number;
  /** Where known; undefined: axis 1, and the last axis of a tensor of rank 3. */
  readonly channelAxis?: number | undefined;
  /** Inputs of the node, for what depends on them: signs, magnitudes, masks. */
  readonly operands: readonly Operand[];
}
