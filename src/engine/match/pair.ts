import type { DumpEntry } from '../dump/index.ts';

/** How the reference is brought to the candidate's shape. */
export type Transform =
  | { readonly kind: 'none' }
  /** Axis i of the candidate is axis `axes[i]` of the reference (numpy.transpose). */
  | { readonly kind: 'permutation'; readonly axes: readonly number[] }
  /** Same elements in the same order, other shape. */
  | { readonly kind: 'reshape' };

export type Rule =
  | 'map'
  | 'exact-name'
  | 'dynamo-scope'
  | 'torchscript-scope'
  | 'normalized-name'
  | 'module-input'
  | 'graph-output'
  | 'graph-input'
  | 'alias'
  | 'fold'
  | 'sequence'
  | 'weight'
  | 'op'
  | 'value';

export type Confidence = 'certain' | 'high' | 'medium' | 'low';

/** A candidate tensor and the entry it stands for. */
export interface Pair {
  readonly tensor: string;
  readonly entry: DumpEntry;
  readonly rule: Rule;
  readonly confidence: Confidence;
  readonly transform: Transform;
  /** Set where the value check moved the pair: what the names had said. */
  readonly repairedFrom?: string;
}

/** An entry without a tensor of its own, and why that is right. */
export interface Folded {
  readonly entry: DumpEntry;
  /** Module whose output the graph holds instead. */
  readonly into: string;
}

export interface Matching {
  /** Every pair; several may name one tensor (aliases). In the dump's execution order. */
  readonly pairs: readonly Pair[];
  readonly folded: readonly Folded[];
  /** Candidate tensors and entry keys that the map file leaves out of every rule. */
  readonly ignored: ReadonlySet<string>;
  /** What was decided for all names at once: a prefix, a dropped wrapper. Shown to the user. */
  readonly notes: readonly string[];
}
