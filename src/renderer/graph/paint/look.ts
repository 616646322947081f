import type { ThemeColors } from '../../draw/theme-colors.ts';
import type { Heat } from '../model/heat.ts';
import type { Prepared } from '../model/prepared.ts';
import type { Scene } from '../model/scene.ts';
import type { TextFitter } from './fit-text.ts';

/** All that a frame is drawn from. */
export interface Look {
  readonly prepared: Prepared;
  readonly scene: Scene;
  readonly heat: Heat;
  /** By edge of the model: gain on the way of the error, 0 off it. */
  readonly marks: Float32Array;
  readonly colors: ThemeColors;
  readonly fitter: TextFitter;
  /** Soft line of a group: its count of nodes, in words. */
  readonly countText: (nodes: number) => string;
}

/** Boxes are drawn in full from this scale on, with one line of text from the next, as plain rectangles below. */
export const FULL_DETAIL = 0.5;
export const SOME_DETAIL = 0.26;
/** Below this scale only the ways of the error are drawn as edges. */
export const EDGE_DETAIL = 0.035;

export const BOLD_FONT = (family: string): string => `600 12.5px ${family}`;
export const SOFT_FONT = (family: string): string => `11px ${family}`;
export const HEAD_FONT = (family: string): string => `600 12px ${family}`;
/** `size`: how much larger than at scale 1, in steps so that few fonts are made. */
export const BADGE_FONT = (family: string, size: number): string =>
  `700 ${Math.round(22 * size) / 2}px ${family}`;
