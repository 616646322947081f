interface Axis {
  readonly from: number;
  readonly to: number;
  /** to ÷ from, as given. */
  readonly scale: number;
}

/**
 * Index of the element that ONNX's Resize in mode nearest takes for output element `index`. Modes that are unknown
 * count as half_pixel and round_prefer_floor, the defaults. Source: ONNX operator Resize.
 */
export function nearestIndex(coordinates: string, nearest: string, index: number, axis: Axis): number {
  const at = rounded(nearest, position(coordinates, index, axis));
  return Math.min(Math.max(at, 0), axis.from - 1);
}

function position(coordinates: string, index: number, { from, to, scale }: Axis): number {
  switch (coordinates) {
    case 'asymmetric':
      return index / scale;
    case 'align_corners':
      return to === 1 ? 0 : (index * (from - 1)) / (to - 1);
    case 'pytorch_half_pixel':
      return to === 1 ? 0 : (index + 0.5) / scale - 0.5;
    case 'tf_half_pixel_for_nn':
      return (index + 0.5) / scale;
    default:
      return (index + 0.5) / scale - 0.5;
  }
}

function rounded(nearest: string, position: number): number {
  switch (nearest) {
    case 'floor':
      return Math.floor(position);
    case 'ceil':
      return Math.ceil(position);
    case 'round_prefer_ceil':
      return Math.floor(position + 0.5);
    default:
      return Math.ceil(position - 0.5);
  }
}
