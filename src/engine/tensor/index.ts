export type { Tensor, TensorType } from './tensor.ts';
export { byteLength, elementCount, sameDims, stridesOf } from './tensor.ts';
export type { TypedArray } from './typed-array.ts';
export { bytesOf, typedArrayOf } from './typed-array.ts';
export { checkedByteLength, checkedElementCount, MAX_RANK } from './checked-size.ts';
export { swapByteOrder } from './byte-order.ts';
export type { RangeReader } from './permute.ts';
export type { CastResult } from './cast.ts';
export { castTensor } from './cast.ts';
export {
  inversePermutation,
  isPermutation,
  permuteDims,
  permuteTensor,
  permutedRangeReader,
} from './permute.ts';
export { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './float16.ts';
export { ulpDistance } from './ulp.ts';
export { perturbed, seedOf } from './perturb.ts';
