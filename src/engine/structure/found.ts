import type { Structure } from '../../shared/structure.ts';
import type { ErrorFacts } from './facts.ts';

/** A structure and how far it is from chance, in nats (evidence.ts). */
export interface Found extends Structure {
  readonly evidence: number;
  /** Says how elements are wrong and leaves open why just these are: places are still worth telling. */
  readonly partial?: boolean;
}

export type Detect = (facts: ErrorFacts) => Found | undefined;
