import type { Proto } from '../edit-model.ts';

export const MUTATION_KINDS = ['attribute', 'constant', 'weight', 'dtype', 'swap', 'bypass'] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/** One edit of a model. Places are named by tensors, so that several can be made one after the other. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly label: string;
  /** Names of the original's nodes whose results it changes first. */
  readonly origins: readonly string[];
  /** Names of the mutant's nodes of which a site must hold one. */
  readonly accused: ReadonlySet<string>;
  /** Tensor after which an operation is gone: a site may name it instead of a node. */
  readonly handedOn: string | undefined;
  readonly initializer: string | undefined;
  readonly apply: (proto: Proto) => void;
  /** The same computation in which every tensor of the original is still there by its name. */
  readonly applyInPlace: (proto: Proto) => void;
}

/** What a kind of edit chooses from. */
export interface Place {
  readonly proto: Proto;
  /** Shape of every tensor in the healthy run. */
  readonly dims: ReadonlyMap<string, readonly number[]>;
}

/** @returns undefined where the model offers no place for this kind. */
export type Mutate = (place: Place, random: () => number) => Mutation | undefined;

export function mutation(
  parts: Pick<Mutation, 'kind' | 'label' | 'origins' | 'apply'> & Partial<Mutation>,
): Mutation {
  return {
    accused: new Set(parts.origins),
    handedOn: undefined,
    initializer: undefined,
    applyInPlace: parts.apply,
    ...parts,
  };
}
