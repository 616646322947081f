import type { ErrorFacts } from './facts.ts';
import { fitted } from './fitted.ts';
import type { Found } from './found.ts';

/** t = a·r, over all wrong elements or for each channel or row: an alpha, a slope, a gain, an epsilon. */
export function scale(facts: ErrorFacts): Found | undefined {
  return fitted(facts, 'scale');
}
