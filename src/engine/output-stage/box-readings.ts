import type { Box, UnmapKind } from '../../shared/output-stage.ts';

/** One side's numbers read as another format: no line in the coordinates. `of` the right box gives the wrong numbers. */
export interface BoxReading {
  readonly kind: UnmapKind;
  readonly of: (box: Box) => Box;
  readonly formula: string;
  readonly fix: string;
  /** After `the candidate's numbers` or `the reference's numbers`. */
  readonly text: string;
}

const toSize = ([x1, y1, x2, y2]: Box): Box => [x1, y1, x2 - x1, y2 - y1];
const toCentre = ([x1, y1, x2, y2]: Box): Box => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
const swapped = ([x1, y1, x2, y2]: Box): Box => [y1, x1, y2, x2];
const grown =
  (by: number): ((box: Box) => Box) =>
  ([x1, y1, x2, y2]) => [x1, y1, x2 + by, y2 + by];

export const BOX_READINGS: readonly BoxReading[] = [
  {
    kind: 'axes-swapped',
    of: swapped,
    formula: '(y1, x1, y2, x2)',
    fix: 'swap the axes back before comparing',
    text: 'have x and y swapped',
  },
  {
    kind: 'xywh-as-xyxy',
    of: toSize,
    formula: '(x1, y1, x2 − x1, y2 − y1)',
    fix: 'x2 = x + width, y2 = y + height',
    text: 'are corner and size, read as two corners',
  },
  {
    kind: 'cxcywh-as-xyxy',
    of: toCentre,
    formula: '((x1 + x2)/2, (y1 + y2)/2, x2 − x1, y2 − y1)',
    fix: 'x1 = cx − width/2, x2 = cx + width/2, and y alike',
    text: 'are centre and size, read as two corners',
  },
  {
    kind: 'one-pixel',
    of: grown(1),
    formula: '(x1, y1, x2 + 1, y2 + 1)',
    fix: 'use x2 − x1 for widths on both sides, or x2 − x1 + 1',
    text: 'end one pixel later: widths count pixels there',
  },
];
