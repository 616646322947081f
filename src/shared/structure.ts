/** Where and how an error sits in its tensor: plain facts with their numbers, carried by reports. */

/** In order of how much each says about the cause. */
export const STRUCTURE_KINDS = [
  'non-finite',
  'flip',
  'shift',
  'transposition',
  'permutation',
  'ties',
  'neighbours',
  'normalised',
  'offset',
  'scale',
  'affine',
  'saturation',
  'zeroed',
  'quantisation',
  'borders',
  'masked',
  'negatives',
  'positives',
  'channels',
  'rows',
  'large-magnitudes',
  'small-magnitudes',
  'isolated',
] as const;

export type StructureKind = (typeof STRUCTURE_KINDS)[number];

export interface Structure {
  readonly kind: StructureKind;
  /** One clause in plain English, with its evidence in numbers. Printable. */
  readonly text: string;
  /** Share of the wrong elements that it explains, 0 … 1. */
  readonly share: number;
  /** The numbers of the text, for other programs. Axes and indices count from 0. */
  readonly figures: Readonly<Record<string, number | readonly number[]>>;
}
