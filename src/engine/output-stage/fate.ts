import { formatNumber } from '../../shared/format.ts';
import type { NmsFate, NmsRules } from '../../shared/output-stage.ts';
import { bestColumn, countAbove } from './order.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt } from './raw-boxes.ts';
import type { Arena, ArenaMaker } from './suppress.ts';
import { endOfOrder, suppressorOf } from './suppress.ts';

/** One side with everything that it takes to say what it did with a candidate. */
export interface FateSide {
  readonly rules: NmsRules;
  readonly arena: Arena;
  /** Positions that it kept, ascending; by label and by group. */
  readonly kept: readonly number[];
  readonly keptOfGroup: ReadonlyMap<number, readonly number[]>;
  readonly rankOf: ReadonlyMap<number, number>;
  /** Of the places that will be asked for. */
  readonly positionOf: ReadonlyMap<number, number>;
  readonly finalEnd: number;
}

export function fateSide(
  maker: ArenaMaker,
  rules: NmsRules,
  kept: ReadonlySet<number>,
  asked: ReadonlySet<number>,
): FateSide {
  const order = maker.order(rules);
  const arena = maker.make(rules, endOfOrder(order, rules));
  const positions: number[] = [];
  const positionOf = new Map<number, number>();
  order.places.forEach((place, position) => {
    if (kept.has(place)) positions.push(position);
    if (asked.has(place)) positionOf.set(place, position);
  });
  const keptOfGroup = new Map<number, number[]>();
  for (const position of positions) {
    const group = arena.groups[position] ?? 0;
    const members = keptOfGroup.get(group) ?? [];
    members.push(position);
    keptOfGroup.set(group, members);
  }
  return {
    rules,
    arena,
    kept: positions,
    keptOfGroup,
    rankOf: new Map(positions.map((position, rank) => [position, rank])),
    positionOf,
    finalEnd: countAbove(order, rules.finalScoreThreshold, rules.scoreStrict),
  };
}

/** What the side did with the candidate at a place of the score matrix. */
export function fateOf(raw: RawBoxes, columns: number, side: FateSide, place: number): NmsFate {
  const { rules, arena } = side;
  const score = raw.scores[place] ?? NaN;
  if (Number.isNaN(score)) return { kind: 'not-a-number' };
  const position = side.positionOf.get(place);
  const rank = position === undefined ? undefined : side.rankOf.get(position);
  if (rank !== undefined) return { kind: 'kept', rank };
  if (rules.scoreThreshold !== 'none' && !passes(score, rules.scoreThreshold, rules.scoreStrict)) {
    return { kind: 'below-score', threshold: rules.scoreThreshold };
  }
  if (position === undefined) {
    const bestLabel = bestColumn(raw.scores, Math.floor(place / columns), columns);
    return rules.labelMode === 'single-label' && bestLabel !== place % columns
      ? { kind: 'not-best-label', bestLabel }
      : { kind: 'unexplained' };
  }
  if (rules.preTopK !== 'none' && position >= rules.preTopK) {
    return { kind: 'capped', rule: 'preTopK', cap: rules.preTopK };
  }
  const group = arena.groups[position] ?? 0;
  const earlier = (side.keptOfGroup.get(group) ?? []).filter((member) => member < position);
  const by = suppressorOf(arena, earlier, position, rules);
  if (by !== undefined) {
    const suppressor = arena.order.places[by.position] ?? 0;
    const row = Math.floor(suppressor / columns);
    return { kind: 'suppressed', by: { row, label: labelAt(raw, columns, suppressor) }, iou: by.iou };
  }
  if (rules.finalScoreThreshold !== 'none' && position >= side.finalEnd) {
    return { kind: 'below-final-score', threshold: rules.finalScoreThreshold };
  }
  return cappedFate(side, position);
}

function cappedFate({ rules, arena, kept }: FateSide, position: number): NmsFate {
  const label = arena.labels[position];
  if (rules.maxPerClass !== 'none') {
    const before = kept.filter((one) => one < position && arena.labels[one] === label).length;
    if (before >= rules.maxPerClass) return { kind: 'capped', rule: 'maxPerClass', cap: rules.maxPerClass };
  }
  return rules.maxTotal !== 'none' && kept.length >= rules.maxTotal
    ? { kind: 'capped', rule: 'maxTotal', cap: rules.maxTotal }
    : { kind: 'unexplained' };
}

function passes(score: number, threshold: number, isStrict: boolean): boolean {
  return isStrict ? score > Math.fround(threshold) : score >= Math.fround(threshold);
}

/** What a side did, as the second half of `the candidate …`. */
export function fateText(fate: NmsFate, { rules }: Pick<FateSide, 'rules'>): string {
  switch (fate.kind) {
    case 'kept':
      return `kept it as number ${fate.rank + 1}`;
    case 'below-score':
      return `dropped it (score threshold ${formatNumber(fate.threshold)})`;
    case 'not-best-label':
      return `dropped it (class ${fate.bestLabel} of the same box is higher)`;
    case 'suppressed': {
      const sign = rules.iouStrict ? '>' : '≥';
      const limit = formatNumber(rules.iouThreshold);
      return `suppressed it by box ${fate.by.row} of class ${fate.by.label} (IoU ${fate.iou.toFixed(4)} ${sign} ${limit})`;
    }
    case 'capped':
      return `dropped it (${CAP_TEXT[fate.rule]} ${fate.cap})`;
    case 'below-final-score':
      return `dropped it after suppression (score threshold ${formatNumber(fate.threshold)})`;
    case 'not-a-number':
      return 'dropped it (its score is not a number)';
    case 'unexplained':
      return 'dropped it, which its rules do not explain';
  }
}

const CAP_TEXT = {
  preTopK: 'candidates before suppression:',
  maxPerClass: 'most boxes a class:',
  maxTotal: 'most boxes in all:',
} as const;
