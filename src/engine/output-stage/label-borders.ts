/**
 * How near each pixel is to another label, in the 8-neighbourhood: 1 for a neighbour of another label, 2 for a pixel
 * whose neighbour has one, 0 for the rest. Pictures of height × width follow each other.
 */
export function nearBorders(labels: Int32Array, height: number, width: number): Uint8Array {
  const near = new Uint8Array(labels.length);
  const size = height * width;
  if (size === 0) return near;
  for (const distance of [1, 2] as const) {
    for (let start = 0; start < labels.length; start += size) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = start + y * width + x;
          if (near[at] !== 0) continue;
          if (hasNeighbour(labels, near, start, height, width, y, x, distance)) near[at] = distance;
        }
      }
    }
  }
  return near;
}

function hasNeighbour(
  labels: Int32Array,
  near: Uint8Array,
  start: number,
  height: number,
  width: number,
  y: number,
  x: number,
  distance: 1 | 2,
): boolean {
  const label = labels[start + y * width + x];
  const [top, bottom] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)];
  const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const at = start + row * width + column;
      if (distance === 1 ? labels[at] !== label : near[at] === 1) return true;
    }
  }
  return false;
}
