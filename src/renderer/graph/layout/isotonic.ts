/**
 * Pool-adjacent-violators: the positions nearest to `wanted` (weighted least squares) that keep their order and are at
 * least `gap[i]` apart between i and i + 1. Writes to `result`.
 */
export function spread(
  wanted: Float64Array,
  weight: Float64Array,
  gap: Float64Array,
  count: number,
  result: Float64Array,
): void {
  const blockMean = new Float64Array(count);
  const blockWeight = new Float64Array(count);
  const blockSize = new Int32Array(count);
  let blocks = 0;
  let offset = 0;
  for (let index = 0; index < count; index++) {
    let mean = (wanted[index] ?? 0) - offset;
    let total = weight[index] ?? 1;
    let size = 1;
    while (blocks > 0 && (blockMean[blocks - 1] ?? 0) > mean) {
      blocks--;
      const other = blockWeight[blocks] ?? 0;
      mean = (mean * total + (blockMean[blocks] ?? 0) * other) / (total + other);
      total += other;
      size += blockSize[blocks] ?? 0;
    }
    blockMean[blocks] = mean;
    blockWeight[blocks] = total;
    blockSize[blocks] = size;
    blocks++;
    offset += gap[index] ?? 0;
  }
  let at = 0;
  offset = 0;
  for (let block = 0; block < blocks; block++) {
    for (let left = blockSize[block] ?? 0; left > 0; left--) {
      result[at] = (blockMean[block] ?? 0) + offset;
      offset += gap[at] ?? 0;
      at++;
    }
  }
}
