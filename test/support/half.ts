/** The bits of the float16 nearest to `value` (IEEE 754 binary16, ties to even), for finite values below 65504. */
export function halfBits(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (size === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  // Units of the last place; a carry runs into the exponent by itself.
  const units = toEven(size / 2 ** (exponent - 10));
  return sign | ((exponent + 14) * 1024 + units);
}

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
