import type { ErrorFacts } from './facts.ts';
import { fitted } from './fitted.ts';
import type { Found } from './found.ts';

/** t = a·r + b, over all wrong elements or for each channel or row: statistics or weights of a normalisation. */
export function affine(facts: ErrorFacts): Found | undefined {
  return fitted(facts, 'affine');
}
