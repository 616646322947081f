/** Marks of elements; 0: both sides are equal. A silent one is exactly 0 on both, which says nothing about an error. */
export const WRONG = 1;
export const SILENT = 2;
