import type { ErrorFacts } from './facts.ts';
import { fitted } from './fitted.ts';
import type { Found } from './found.ts';

/** d is constant, over all wrong elements or for each channel or row: a bias, a mean, a zero point. */
export function offset(facts: ErrorFacts): Found | undefined {
  return fitted(facts, 'offset');
}
