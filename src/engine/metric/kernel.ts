/** The compiled kernel (assembly/), instantiated, with views of its memory. The memory never grows: views stay valid. */
import { KERNEL_BINARY } from './generated/kernel-binary.ts';
import { MAX_SLICES } from './slice-axis.ts';
import { StateSlot } from './state-slot.ts';

/** The part of the WebAssembly API used here: it exists wherever this runs, its types only where the DOM's do. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What assembly/index.ts exports. Codes are of state-slot.ts. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly candidateAddress: () => number;
  readonly referenceAddress: () => number;
  readonly stateAddress: () => number;
  readonly sliceMaxAbsAddress: () => number;
  readonly sliceMaxReferenceAddress: () => number;
  readonly begin: (
    candidateType: number,
    referenceType: number,
    representation: number,
    ulpFormat: number,
    atol: number,
    rtol: number,
    lowestCandidate: number,
    lowestReference: number,
    slices: number,
    inner: number,
    scale: number,
  ) => void;
  readonly measure: (count: number, start: number) => void;
  readonly end: () => void;
  readonly drainHistogram: () => number;
}

export interface Kernel {
  readonly begin: KernelExports['begin'];
  /** Measures the first `count` elements of both chunks, which are the elements from `start` of their tensors. */
  readonly measure: KernelExports['measure'];
  readonly end: KernelExports['end'];
  /** Writes pairs (bin, count) to `histogramPairs`, gives their number and empties the histogram. */
  readonly drainHistogram: KernelExports['drainHistogram'];
  /** Where raw elements go in, `CHUNK_BYTES` each. */
  readonly candidateChunk: Uint8Array<ArrayBuffer>;
  readonly referenceChunk: Uint8Array<ArrayBuffer>;
  readonly histogramPairs: Uint32Array<ArrayBuffer>;
  /** By `StateSlot`. */
  readonly state: Float64Array<ArrayBuffer>;
  readonly sliceMaxAbs: Float64Array<ArrayBuffer>;
  readonly sliceMaxReference: Float64Array<ArrayBuffer>;
}

/** Bytes of one side that the kernel takes at a time. */
export const CHUNK_BYTES = 262_144;

let compiled: object | undefined;

export function instantiateKernel(): Kernel {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_BINARY), (char) => char.charCodeAt(0)));
  // The binary and this interface are built from one folder; a mismatch fails the first test.
  const kernel = new WebAssembly.Instance(compiled).exports as KernelExports;
  const { buffer } = kernel.memory;
  return {
    begin: kernel.begin,
    measure: kernel.measure,
    end: kernel.end,
    drainHistogram: kernel.drainHistogram,
    candidateChunk: new Uint8Array(buffer, kernel.candidateAddress(), CHUNK_BYTES),
    referenceChunk: new Uint8Array(buffer, kernel.referenceAddress(), CHUNK_BYTES),
    histogramPairs: new Uint32Array(buffer, kernel.candidateAddress(), CHUNK_BYTES / 4),
    state: new Float64Array(buffer, kernel.stateAddress(), StateSlot.Size),
    sliceMaxAbs: new Float64Array(buffer, kernel.sliceMaxAbsAddress(), MAX_SLICES),
    sliceMaxReference: new Float64Array(buffer, kernel.sliceMaxReferenceAddress(), MAX_SLICES),
  };
}
