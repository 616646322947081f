import { formatNumber } from '../../shared/format.ts';
import type { NmsRules, NmsStep } from '../../shared/output-stage.ts';
import { fateOf, fateSide, fateText } from './fate.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt } from './raw-boxes.ts';
import type { ArenaMaker } from './suppress.ts';

const MOST_STEPS = 500;
/** Of them, candidates that differ; the rest shows what suppressed them and the highest scores. */
const MOST_DIFFERENT = 300;

export interface WalkSide {
  readonly rules: NmsRules;
  /** Places of the score matrix that it kept. */
  readonly kept: ReadonlySet<number>;
}

/** What both sides did with each raw candidate, in descending score: those that differ, and the highest. */
export function walkThrough(
  raw: RawBoxes,
  maker: ArenaMaker,
  reference: WalkSide,
  candidate: WalkSide,
): { readonly steps: readonly NmsStep[]; readonly of: number } {
  const { places, columns } = maker.order({ ...reference.rules, labelMode: 'multi-label' });
  const boxes = maker.boxes(reference.rules);
  const isDifferent = (place: number): boolean => reference.kept.has(place) !== candidate.kept.has(place);
  const shown = new Set<number>([...places.filter(isDifferent)].slice(0, MOST_DIFFERENT));
  const sidesFor = (
    asked: ReadonlySet<number>,
  ): [ReturnType<typeof fateSide>, ReturnType<typeof fateSide>] => [
    fateSide(maker, reference.rules, reference.kept, asked),
    fateSide(maker, candidate.rules, candidate.kept, asked),
  ];
  const first = sidesFor(shown);
  for (const place of [...shown]) {
    for (const side of first) {
      const fate = fateOf(raw, columns, side, place);
      if (fate.kind !== 'suppressed' || shown.size >= MOST_STEPS) continue;
      shown.add(raw.labels === undefined ? fate.by.row * columns + fate.by.label : fate.by.row);
    }
  }
  for (const place of places) {
    if (shown.size >= MOST_STEPS) break;
    shown.add(place);
  }
  const [left, right] = sidesFor(shown);
  const steps: NmsStep[] = [];
  for (const place of places) {
    if (!shown.has(place)) continue;
    const row = Math.floor(place / columns);
    const label = labelAt(raw, columns, place);
    const score = raw.scores[place] ?? NaN;
    const fates = {
      reference: fateOf(raw, columns, left, place),
      candidate: fateOf(raw, columns, right, place),
    };
    const box = [0, 1, 2, 3].map((at) => boxes[4 * row + at] ?? NaN);
    steps.push({
      row,
      label,
      score,
      box: [box[0] ?? NaN, box[1] ?? NaN, box[2] ?? NaN, box[3] ?? NaN],
      ...fates,
      differs: isDifferent(place),
      text: `box ${row} of class ${label}, score ${formatNumber(score)}: the reference ${fateText(fates.reference, left)}; the candidate ${fateText(fates.candidate, right)}`,
    });
  }
  return { steps, of: places.length };
}
