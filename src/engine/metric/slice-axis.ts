/** More slices than this are left out: two numbers a slice is what the kernel's memory holds. */
export const MAX_SLICES = 65_536;

/**
 * The axis whose slices are judged each by itself, so that one loud channel hides no quiet one.
 * - Rank ≥ 4 is image-like, [N, C, H, W] or [N, C, D, H, W]; attention scores [B, heads, L, L] also differ by axis 1.
 * - Rank 3 is nearly always [batch, length, features], rank 2 [batch, features]: the last axis. A 1-D convolution's
 *   [N, C, L] is sliced by position then, which is weaker than by channel but never wrong.
 * - A vector has one element a slice, which says nothing that the elements do not; a scalar has no axis.
 *
 * @returns `undefined` where there is nothing to slice: rank < 2, an empty tensor, a single or more than 65,536 slices.
 */
export function sliceAxisOf(dims: readonly number[]): number | undefined {
  if (dims.length < 2) return undefined;
  const axis = dims.length >= 4 ? 1 : dims.length - 1;
  return canSlice(dims, axis) && dims[axis] !== 1 ? axis : undefined;
}

/** Whether the kernel can keep one maximum per slice of this axis. */
export function canSlice(dims: readonly number[], axis: number): boolean {
  const slices = dims[axis] ?? 0;
  return slices > 0 && slices <= MAX_SLICES && !dims.includes(0);
}
