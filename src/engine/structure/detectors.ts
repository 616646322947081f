import type { StructureKind } from '../../shared/structure.ts';
import { borders } from './borders.ts';
import { channels } from './channels.ts';
import type { Detect } from './found.ts';
import { isolated } from './isolated.ts';
import { largeMagnitudes, smallMagnitudes } from './magnitudes.ts';
import { masked } from './masked.ts';
import { rows } from './rows.ts';
import { negatives, positives } from './signs.ts';

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

/** In order of precedence. */
export const DETECTORS: readonly Detector[] = [
  { kind: 'borders', detect: borders, explains: [] },
  { kind: 'masked', detect: masked, explains: [] },
  { kind: 'negatives', detect: negatives, explains: [] },
  { kind: 'positives', detect: positives, explains: [] },
  { kind: 'channels', detect: channels, explains: [] },
  { kind: 'rows', detect: rows, explains: [] },
  { kind: 'large-magnitudes', detect: largeMagnitudes, explains: [] },
  { kind: 'small-magnitudes', detect: smallMagnitudes, explains: [] },
  { kind: 'isolated', detect: isolated, explains: [] },
];
