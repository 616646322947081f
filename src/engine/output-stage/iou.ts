import type { Box } from '../../shared/output-stage.ts';

const f = Math.fround;

/**
 * Intersection over union of two boxes in arrays of corners, in float32 after every operation: bit for bit what
 * torchvision's CPU kernel and ONNX Runtime's NonMaxSuppression compute. 0 without overlap, NaN for NaN corners.
 * @param plus 1 where widths count pixels (x2 − x1 + 1), else 0.
 */
export function iouAt(a: Float32Array, i: number, b: Float32Array, j: number, plus: number): number {
  const ax1 = a[i] ?? 0;
  const ax2 = a[i + 2] ?? 0;
  const bx1 = b[j] ?? 0;
  const bx2 = b[j + 2] ?? 0;
  const width = f(f((ax2 < bx2 ? ax2 : bx2) - (ax1 > bx1 ? ax1 : bx1)) + plus);
  if (width <= 0) return 0;
  const ay1 = a[i + 1] ?? 0;
  const ay2 = a[i + 3] ?? 0;
  const by1 = b[j + 1] ?? 0;
  const by2 = b[j + 3] ?? 0;
  const height = f(f((ay2 < by2 ? ay2 : by2) - (ay1 > by1 ? ay1 : by1)) + plus);
  if (height <= 0) return 0;
  const inter = f(width * height);
  const areaA = f(f(f(ax2 - ax1) + plus) * f(f(ay2 - ay1) + plus));
  const areaB = f(f(f(bx2 - bx1) + plus) * f(f(by2 - by1) + plus));
  return f(inter / f(f(areaA + areaB) - inter));
}

/** The same of two boxes, in float64: for matching, where no framework is followed. */
export function iouOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0) || !(height > 0)) return 0;
  const inter = width * height;
  const union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter;
  return Number.isFinite(union) && union > 0 ? inter / union : 0;
}
