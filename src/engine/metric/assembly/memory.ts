/**
 * The kernel's memory: everything is static, nothing is ever allocated. Raw elements come in by chunk, are converted
 * and measured by tile, small enough that a tile, its partner and their differences stay in the first-level cache.
 */
import { StateSlot, TILE_ELEMENTS } from '../state-slot';

/** Bytes of one side's chunk: 65,536 elements of up to four bytes or half as many of eight. */
export const RAW_BYTES: i32 = 262144;
/** Tiles are padded to whole vectors. */
const SLACK: i32 = 64;
export const MAX_SLICES: i32 = 65536;
const BINS: i32 = 16384;

export const RAW_CANDIDATE: usize = memory.data(RAW_BYTES + SLACK);
export const RAW_REFERENCE: usize = memory.data(RAW_BYTES + SLACK);

export const NARROW_CANDIDATE: usize = memory.data(TILE_ELEMENTS * 4 + SLACK);
export const NARROW_REFERENCE: usize = memory.data(TILE_ELEMENTS * 4 + SLACK);
export const WIDE_CANDIDATE: usize = memory.data(TILE_ELEMENTS * 8 + SLACK);
export const WIDE_REFERENCE: usize = memory.data(TILE_ELEMENTS * 8 + SLACK);
export const INTEGER_CANDIDATE: usize = memory.data(TILE_ELEMENTS * 8 + SLACK);
export const INTEGER_REFERENCE: usize = memory.data(TILE_ELEMENTS * 8 + SLACK);
/** |d| of the tile, float64; NaN (all bits but the sign) where an element is not finite on both sides. */
export const DIFFERENCE: usize = memory.data(TILE_ELEMENTS * 8 + SLACK);

/** Two histograms, for even and odd elements: neighbours are often in one bin, and its counter would be a bottleneck. */
export const HISTOGRAM_EVEN: usize = memory.data(BINS * 4);
export const HISTOGRAM_ODD: usize = memory.data(BINS * 4);
export const HISTOGRAM_BYTES: usize = BINS * 4;

export const SLICE_MAX_ABS: usize = memory.data(MAX_SLICES * 8);
export const SLICE_MAX_REFERENCE: usize = memory.data(MAX_SLICES * 8);

const STATE: usize = memory.data(StateSlot.Size * 8);

export function get(slot: i32): f64 {
  return load<f64>(STATE + ((<usize>slot) << 3));
}

export function set(slot: i32, value: f64): void {
  store<f64>(STATE + ((<usize>slot) << 3), value);
}

export function add(slot: i32, value: f64): void {
  set(slot, get(slot) + value);
}

export function clearState(): void {
  memory.fill(STATE, 0, StateSlot.Size * 8);
}

export function stateAddress(): usize {
  return STATE;
}
export function candidateAddress(): usize {
  return RAW_CANDIDATE;
}
export function referenceAddress(): usize {
  return RAW_REFERENCE;
}
export function sliceMaxAbsAddress(): usize {
  return SLICE_MAX_ABS;
}
export function sliceMaxReferenceAddress(): usize {
  return SLICE_MAX_REFERENCE;
}
