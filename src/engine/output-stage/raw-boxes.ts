import { LayerdiffError } from '../../shared/errors.ts';

/** How boxes of the model input become boxes of the picture: (b − pad) / scale, then within the picture. */
export interface BoxMapping {
  /** Model-input pixels per picture pixel, for x and y. */
  readonly scale: readonly [x: number, y: number];
  /** Model-input pixels left of and above the picture. */
  readonly pad: readonly [x: number, y: number];
  /** Width and height in pixels, of the picture and of the model input. */
  readonly imageSize?: readonly [width: number, height: number];
  readonly inputSize?: readonly [width: number, height: number];
}

/** What a detector hands to its suppression. Everything is computed in float32, as the frameworks do. */
export interface RawBoxes {
  /** N × 4. */
  readonly boxes: Float32Array;
  /** N × classes, or N where `labels` says the class of each. */
  readonly scores: Float32Array;
  /** N; then every box has one class. */
  readonly labels?: Int32Array;
  readonly mapping?: BoxMapping;
}

export interface RawShape {
  readonly rows: number;
  /** Scores a row; 1 with labels. */
  readonly columns: number;
}

/** More scores than any detector makes; files that claim more are lying. */
const MOST_SCORES = 2 ** 28;

/**
 * Rows and scores a row.
 * @throws LayerdiffError not-comparable where the lengths do not belong together.
 */
export function rawShape({ boxes, scores, labels }: RawBoxes): RawShape {
  const rows = boxes.length / 4;
  const columns = rows === 0 ? 1 : scores.length / rows;
  const isWhole = Number.isInteger(rows) && Number.isInteger(columns) && (rows > 0 || scores.length === 0);
  if (!isWhole || (columns === 0 && rows > 0)) {
    throw new LayerdiffError(
      'not-comparable',
      `${boxes.length} box numbers and ${scores.length} scores do not belong together`,
      { wayOut: 'boxes are N × 4, scores N × classes' },
    );
  }
  if (labels !== undefined && (labels.length !== rows || columns !== 1)) {
    throw new LayerdiffError(
      'not-comparable',
      `${labels.length} labels and ${scores.length} scores for ${rows} boxes do not belong together`,
      { wayOut: 'with labels, every box has one score' },
    );
  }
  if (scores.length > MOST_SCORES) {
    throw new LayerdiffError('not-comparable', `${scores.length} scores are more than can be examined`);
  }
  return { rows, columns };
}

/** The class of a score's place in the score matrix. */
export function labelAt(raw: RawBoxes, columns: number, place: number): number {
  return raw.labels === undefined ? place % columns : (raw.labels[place] ?? 0);
}
