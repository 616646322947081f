import type { Structure } from '../../shared/structure.ts';
import type { ErrorFacts } from './facts.ts';

/** A structure and how far it is from chance, in nats (evidence.ts). */
export interface Found extends Structure {
  readonly evidence: number;
}

export type Detect = (facts: ErrorFacts) => Found | undefined;
