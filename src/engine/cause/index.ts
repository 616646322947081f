export type { Parameter } from './parameters.ts';
export { parametersOf } from './parameters.ts';
export type { NodePart, Trial, Variant } from './variant.ts';
export { variantsOf } from './variants.ts';
export { appendedVariants, functionVariants } from './variants-function.ts';
export { explain } from './explain.ts';
