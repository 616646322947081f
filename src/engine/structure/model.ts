/** t = r + b, t = a·r, t = a·r + b. */
export type Model = 'offset' | 'scale' | 'affine';
