/**
 * The input stage: how the tensor that the deployed pipeline feeds differs from the one that PyTorch was fed, before any
 * node is blamed. Plain facts with their numbers, carried by reports. "Deployed" is the candidate's side, "recorded" the
 * reference's.
 */

/** What one side can do otherwise, in the order in which a pipeline does it. */
export const INPUT_STEP_KINDS = [
  'decoder',
  'orientation',
  'channel-order',
  'flip',
  'crop',
  'resize',
  'resize-order',
  'filter',
  'shift',
  'pad-side',
  'pad-amount',
  'pad-value',
  'rounding',
  'scale',
  'normalisation',
  'dtype',
  'layout',
  'unknown',
] as const;

export type InputStepKind = (typeof INPUT_STEP_KINDS)[number];

/** One thing that the deployed side does otherwise. */
export interface InputStep {
  readonly kind: InputStepKind;
  /** One clause in plain English, with its numbers. Printable. */
  readonly text: string;
  /** What to change on the deployed side, in one clause; empty where nothing can be advised. */
  readonly fix: string;
  /** The numbers of the text, for other programs. Axes, rows and columns count from 0. */
  readonly parameters: Readonly<Record<string, string | number | readonly number[]>>;
}

/** Steps that together turn what was recorded into what was deployed. */
export interface InputHypothesis {
  /** At least one. */
  readonly steps: readonly InputStep[];
  /** Largest |deployed − recorded| once the steps are undone, in the units of the recorded tensor. */
  readonly residual: number;
  /** Share of Σ(deployed − recorded)² that is left once the steps are undone, 0 … 1. */
  readonly residualShare: number;
  /** `axes permuted (0, 3, 1, 2), residual 0`. Printable. */
  readonly text: string;
}

/** How one side was made from the original picture. */
export interface PipelineSide {
  /** One sentence. Printable. */
  readonly text: string;
  readonly channelOrder: 'RGB' | 'BGR' | 'gray';
  /** EXIF orientation that was applied, 1 … 8; 1 is the picture as it is stored. */
  readonly orientation: number;
  readonly order:
    'resize-then-pad' | 'pad-then-resize' | 'resize' | 'resize-then-crop' | 'crop' | 'pad' | 'none';
  /** Undefined where nothing was resized. */
  readonly filter: InputFilter | undefined;
  /** What the filter worked on; undefined where nothing was resized. */
  readonly rounding: 'uint8' | 'float' | undefined;
  /** Height and width of the picture in the canvas, in pixels of the tensor. */
  readonly size: readonly [height: number, width: number];
  /** How `size` was made whole; undefined where both rules give it. */
  readonly sizeRule: 'truncated' | 'rounded' | 'rounded up' | undefined;
  /** In pixels of the tensor or, padded first, of the original picture; negative where the picture was cropped. */
  readonly pads: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
  readonly padUnit: 'tensor' | 'picture';
  /** Per channel in 8-bit levels; undefined where nothing was padded. */
  readonly padValue: readonly number[] | undefined;
  /** value = (level · scale − mean) / std, one number a channel, in the channel order of the tensor. */
  readonly normalisation: {
    readonly name: string;
    readonly scale: number;
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
  readonly layout: string;
  /** What the reproduction leaves: the largest difference in 8-bit levels, and the share of values more than half a level off. */
  readonly residualLevels: { readonly max: number; readonly mean: number; readonly share: number };
}

export type InputFilter =
  'nearest' | 'bilinear' | 'bicubic' | 'area' | 'antialiased bilinear' | 'antialiased bicubic';

/** The two tensors as they are: where shapes differ, only the shapes are told. */
export interface InputDifference {
  readonly deployed: { readonly dtype: string; readonly dims: readonly number[] };
  readonly recorded: { readonly dtype: string; readonly dims: readonly number[] };
  /** Undefined where shapes differ. In the units of the tensors. */
  readonly max: number | undefined;
  readonly mean: number | undefined;
  /** Share of elements that differ. */
  readonly share: number | undefined;
  readonly text: string;
}

export interface InputExplanation {
  readonly difference: InputDifference;
  /** The one that leaves least with the fewest steps; undefined where nothing was found that explains any of it. */
  readonly best: InputHypothesis | undefined;
  /** Others that leave about as much, the best first; at most three. */
  readonly rivals: readonly InputHypothesis[];
  /** Only with the original picture. A side is undefined where no pipeline was found that reproduces it. */
  readonly sides:
    { readonly deployed: PipelineSide | undefined; readonly recorded: PipelineSide | undefined } | undefined;
  /** What limits the answer (a sample only, a picture that fits neither side), else undefined. Printable. */
  readonly note: string | undefined;
}

/** Where, by one mask, the difference of two tensors lies. */
export interface ErrorPlace {
  /** Name of the mask. */
  readonly mask: string;
  /** Value of the mask at those places. */
  readonly value: number;
  /** Share of Σ(deployed − recorded)² that lies there, 0 … 1. */
  readonly share: number;
  /** Share of the elements that lies there, 0 … 1. */
  readonly elements: number;
  /** `99.8 % of the error lies where attention_mask is 0`. Printable. */
  readonly text: string;
}
