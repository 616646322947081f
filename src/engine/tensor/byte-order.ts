/** Reverses the bytes of every element in place: big-endian to little-endian and back. */
export function swapByteOrder(bytes: Uint8Array, elementBytes: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (elementBytes) {
    case 1:
      return;
    case 2:
      buffer.swap16();
      return;
    case 4:
      buffer.swap32();
      return;
    case 8:
      buffer.swap64();
      return;
    default:
      for (let start = 0; start + elementBytes <= bytes.length; start += elementBytes) {
        bytes.subarray(start, start + elementBytes).reverse();
      }
  }
}
