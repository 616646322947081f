/** A prompt (text embeddings, token ids) as the deployed model has it against the one that PyTorch was given. */
export const PROMPT_STEPS = [
  'equal',
  'padded',
  'shortened',
  'dropped',
  'normalised',
  'scaled',
  'reversed',
  'reordered',
  'replaced',
  'rounded',
  'pad-side',
  // Of reports of earlier versions.
  'pad-value',
  'pad-id',
  'pad-length',
  'special-tokens',
  'shifted',
  'tokens',
  'mask',
] as const;

export type PromptStepKind = (typeof PROMPT_STEPS)[number];

/** One thing that is otherwise on the deployed side. */
export interface PromptStep {
  readonly kind: PromptStepKind;
  readonly text: string;
  readonly fix: string;
  /** Rows (or tokens) of the deployed side and of the recorded one that the step is about. */
  readonly deployed: readonly number[];
  readonly recorded: readonly number[];
}

/** A prompt that the model holds or is fed, with another content or length than PyTorch's. */
export interface PromptRow {
  /** Of the candidate: an initializer, a Constant's output or a model input. */
  readonly tensor: string;
  readonly held: 'initializer' | 'input';
  /** What PyTorch was given: a forward argument or what a module was called with. */
  readonly entry: string;
  readonly deployedDims: readonly number[];
  readonly recordedDims: readonly number[];
  /** How the two were found to belong together. */
  readonly found: string;
  readonly steps: readonly PromptStep[];
  /** `3 rows where PyTorch has 4: …`. */
  readonly text: string;
  /** The first node whose output has another shape with the recorded prompt. */
  readonly firstMismatch: string | undefined;
  /** Nodes after which the shapes are the same again: what reduces over the prompts. */
  readonly reductions: readonly PromptReduction[];
  /** Per graph output: the model as it is against the model with the recorded prompt in it. */
  readonly effects: readonly OutputEffect[];
  /**
   * Constants that look as if they were made of it, and that no recorded value says the right content of: nodes behind
   * them were not judged.
   */
  readonly unreplaced: readonly string[];
  /** Set where the model could not be run with the recorded prompt. */
  readonly refused: string | undefined;
}

export interface PromptReduction {
  readonly node: string;
  readonly opType: string;
  readonly tensor: string;
  /** Of the model as it is against the model with the recorded prompt in it; undefined where it was not run. */
  readonly relativeL2: number | undefined;
  readonly maxAbs: number | undefined;
}

/** Where a value of another length goes. */
export interface LengthReach {
  /** The first node whose output has another shape. */
  readonly firstMismatch: string | undefined;
  readonly reductions: readonly PromptReduction[];
  /** Graph outputs that it can reach. */
  readonly outputs: readonly string[];
}

/** What a difference before the first node does to a graph output. */
export interface OutputEffect {
  readonly output: string;
  /** The difference can reach it. */
  readonly reached: boolean;
  /** undefined where it was not run, or where shapes differ. */
  readonly relativeL2: number | undefined;
  readonly maxAbs: number | undefined;
  /** Set where the two outputs have different shapes. */
  readonly dims: { readonly deployed: readonly number[]; readonly recorded: readonly number[] } | undefined;
}
