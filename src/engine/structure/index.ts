export type { ErrorTensor, NumberArray, Operand } from './error-tensor.ts';
export { structuresOf } from './structures-of.ts';
