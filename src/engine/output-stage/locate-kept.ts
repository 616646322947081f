import type { Detection, NmsRules, RawCandidate } from '../../shared/output-stage.ts';
import { cornersOf } from './corners.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { rawShape } from './raw-boxes.ts';

const SAME_SCORE = 1e-5;
/** Raw boxes times detections: a second. */
const MOST_COMPARISONS = 3e8;

/** `isAlone`: no other raw candidate of its class has its score, so that nothing depends on where the box lies. */
export interface LocatedCandidate extends RawCandidate {
  readonly isAlone: boolean;
}

/**
 * The raw candidate behind each final detection: its class and its score, and of several the nearest box, in model-input
 * pixels or un-mapped. An entry is `undefined` where there is none; the whole is where there are too many.
 */
export function locateKept(
  detections: readonly Detection[],
  raw: RawBoxes,
  rules: Partial<NmsRules>,
): readonly (LocatedCandidate | undefined)[] | undefined {
  const { rows, columns } = rawShape(raw);
  if (rows * detections.length > MOST_COMPARISONS) return undefined;
  const { boxFormat = 'xyxy', sortsCorners = false } = rules;
  const readings = [false, true]
    .filter((unmapBefore) => !unmapBefore || raw.mapping !== undefined)
    .flatMap((unmapBefore) =>
      [false, true].map((clipBefore) =>
        cornersOf(raw, { ...DEFAULT_RULES, boxFormat, sortsCorners, unmapBefore, clipBefore }),
      ),
    );
  const taken = new Set<number>();
  return detections.map(({ box, score, label }) => {
    let [best, least, count] = [-1, Infinity, 0];
    if (!Number.isInteger(label) || label < 0 || label >= columns) return undefined;
    for (let row = 0; row < rows; row++) {
      const place = row * columns + label;
      if (!(Math.abs((raw.scores[place] ?? NaN) - score) <= SAME_SCORE)) continue;
      count++;
      if (taken.has(place)) continue;
      for (const corners of readings) {
        let distance = 0;
        for (let at = 0; at < 4; at++)
          distance = Math.max(distance, Math.abs((corners[4 * row + at] ?? NaN) - (box[at] ?? NaN)));
        if (distance < least) [best, least] = [row, distance];
        else if (best < 0) best = row;
      }
    }
    if (best < 0) return undefined;
    taken.add(best * columns + label);
    return { row: best, label, isAlone: count === 1 };
  });
}
