import type { StructureKind } from '../../shared/structure.ts';
import { STRUCTURE_KINDS } from '../../shared/structure.ts';
import { affine } from './affine.ts';
import { borders } from './borders.ts';
import { channels } from './channels.ts';
import { flip } from './flip.ts';
import type { Detect } from './found.ts';
import { isolated } from './isolated.ts';
import { largeMagnitudes, smallMagnitudes } from './magnitudes.ts';
import { masked } from './masked.ts';
import { neighbours } from './neighbours.ts';
import { nonFinite } from './non-finite.ts';
import { normalised } from './normalised.ts';
import { offset } from './offset.ts';
import { permutation } from './permutation.ts';
import { quantisation } from './quantisation.ts';
import { rows } from './rows.ts';
import { saturation } from './saturation.ts';
import { scale } from './scale.ts';
import { shift } from './shift.ts';
import { negatives, positives } from './signs.ts';
import { ties } from './ties.ts';
import { transposition } from './transposition.ts';
import { zeroed } from './zeroed.ts';

export interface Detector {
  readonly kind: StructureKind;
  readonly detect: Detect;
  /** Kinds that say nothing more once this one is found. */
  readonly explains: readonly StructureKind[];
}

/** Kinds that say where the wrong elements are. They compete: one that is much weaker than the best is left out. */
export const PLACES: ReadonlySet<StructureKind> = new Set([
  'borders',
  'masked',
  'negatives',
  'positives',
  'channels',
  'rows',
  'large-magnitudes',
  'small-magnitudes',
]);

/** What is moved as a whole explains every difference that it makes. */
const ALL_OTHERS: readonly StructureKind[] = STRUCTURE_KINDS.filter((kind) => kind !== 'non-finite');
const MAGNITUDES: readonly StructureKind[] = ['large-magnitudes', 'small-magnitudes'];
const FITS: readonly StructureKind[] = ['offset', 'scale', 'affine'];

/** In order of precedence. */
export const DETECTORS: readonly Detector[] = [
  { kind: 'non-finite', detect: nonFinite, explains: [] },
  { kind: 'flip', detect: flip, explains: ALL_OTHERS },
  { kind: 'shift', detect: shift, explains: ALL_OTHERS },
  { kind: 'transposition', detect: transposition, explains: ALL_OTHERS },
  { kind: 'permutation', detect: permutation, explains: ALL_OTHERS },
  { kind: 'ties', detect: ties, explains: ALL_OTHERS },
  { kind: 'neighbours', detect: neighbours, explains: ['isolated', 'quantisation', ...FITS, ...MAGNITUDES] },
  { kind: 'normalised', detect: normalised, explains: [...FITS, ...MAGNITUDES] },
  { kind: 'offset', detect: offset, explains: ['scale', 'affine', ...MAGNITUDES] },
  { kind: 'scale', detect: scale, explains: ['affine', ...MAGNITUDES] },
  { kind: 'affine', detect: affine, explains: MAGNITUDES },
  // Whatever is clipped is wrong where it is large, or of one sign.
  { kind: 'saturation', detect: saturation, explains: ['zeroed', 'negatives', 'positives', ...MAGNITUDES] },
  { kind: 'zeroed', detect: zeroed, explains: MAGNITUDES },
  { kind: 'quantisation', detect: quantisation, explains: MAGNITUDES },
  { kind: 'borders', detect: borders, explains: ['rows'] },
  { kind: 'masked', detect: masked, explains: [] },
  { kind: 'negatives', detect: negatives, explains: [] },
  { kind: 'positives', detect: positives, explains: [] },
  { kind: 'channels', detect: channels, explains: [] },
  { kind: 'rows', detect: rows, explains: [] },
  { kind: 'large-magnitudes', detect: largeMagnitudes, explains: [] },
  { kind: 'small-magnitudes', detect: smallMagnitudes, explains: [] },
  { kind: 'isolated', detect: isolated, explains: [] },
];
