/** The compiled kernel (assembly/), instantiated, with views of its memory. That grows before the first view: views stay valid. */
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
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
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
  readonly measure: (count: number, start: number, candidates: number, references: number) => void;
  readonly end: () => void;
  readonly drainHistogram: () => number;
}

export interface Kernel {
  readonly begin: KernelExports['begin'];
  /** Measures `count` elements at each of two addresses, which are the elements from `start` of their tensors. */
  readonly measure: KernelExports['measure'];
  readonly end: KernelExports['end'];
  /** Writes pairs (bin, count) to `histogramPairs`, gives their number and empties the histogram. */
  readonly drainHistogram: KernelExports['drainHistogram'];
  /** Where elements go that are not in this memory, `CHUNK_BYTES` each. */
  readonly candidateChunk: Uint8Array<ArrayBuffer>;
  readonly referenceChunk: Uint8Array<ArrayBuffer>;
  /** For tensors that are to be measured where they lie. */
  readonly room: Uint8Array<ArrayBuffer>;
  readonly histogramPairs: Uint32Array<ArrayBuffer>;
  /** By `StateSlot`. */
  readonly state: Float64Array<ArrayBuffer>;
  readonly sliceMaxAbs: Float64Array<ArrayBuffer>;
  readonly sliceMaxReference: Float64Array<ArrayBuffer>;
}

/** Bytes of one side that the kernel takes at a time. */
export const CHUNK_BYTES = 262_144;

const PAGE_BYTES = 65_536;

let compiled: object | undefined;

export function instantiateKernel(roomBytes: number): Kernel {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_BINARY), (char) => char.charCodeAt(0)));
  // The binary and this interface are built from one folder; a mismatch fails the first test.
  const kernel = new WebAssembly.Instance(compiled).exports as KernelExports;
  const own = kernel.memory.grow(Math.ceil(roomBytes / PAGE_BYTES)) * PAGE_BYTES;
  const { buffer } = kernel.memory;
  return {
    begin: kernel.begin,
    measure: kernel.measure,
    end: kernel.end,
    drainHistogram: kernel.drainHistogram,
    candidateChunk: new Uint8Array(buffer, kernel.candidateAddress(), CHUNK_BYTES),
    referenceChunk: new Uint8Array(buffer, kernel.referenceAddress(), CHUNK_BYTES),
    room: new Uint8Array(buffer, own),
    histogramPairs: new Uint32Array(buffer, kernel.candidateAddress(), CHUNK_BYTES / 4),
    state: new Float64Array(buffer, kernel.stateAddress(), StateSlot.Size),
    sliceMaxAbs: new Float64Array(buffer, kernel.sliceMaxAbsAddress(), MAX_SLICES),
    sliceMaxReference: new Float64Array(buffer, kernel.sliceMaxReferenceAddress(), MAX_SLICES),
  };
}
