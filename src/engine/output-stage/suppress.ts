import type { NmsRules } from '../../shared/output-stage.ts';
import { Budget } from './budget.ts';
import { cornersKey, cornersOf } from './corners.ts';
import { iouAt } from './iou.ts';
import { Members } from './members.ts';
import type { Order } from './order.ts';
import { countAbove, orderOf } from './order.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt } from './raw-boxes.ts';

/** Boxes, order and classes as one set of rules sees them: what a decision about two candidates needs. */
export interface Arena {
  readonly order: Order;
  readonly labels: Int32Array;
  /** Of the candidate at a position: four corners, moved apart by class where the rules do so. */
  readonly corners: Float32Array;
  /** Candidates of different groups never suppress each other. By position. */
  readonly groups: Int32Array;
  readonly plus: number;
}

/** Arenas of the same raw boxes share orders and corners. */
export class ArenaMaker {
  readonly budget = new Budget();
  readonly #raw: RawBoxes;
  readonly #floor: number;
  readonly #orders = new Map<string, Order>();
  readonly #corners = new Map<string, Float32Array>();

  /** @param floor candidates of lower score are never looked at. */
  constructor(raw: RawBoxes, floor: number) {
    this.#raw = raw;
    this.#floor = floor;
  }

  order(rules: NmsRules): Order {
    const key = `${rules.labelMode} ${rules.tieOrder}`;
    const known = this.#orders.get(key) ?? orderOf(this.#raw, rules, this.#floor);
    this.#orders.set(key, known);
    return known;
  }

  boxes(rules: NmsRules): Float32Array {
    const key = cornersKey(rules);
    const known = this.#corners.get(key) ?? cornersOf(this.#raw, rules);
    this.#corners.set(key, known);
    return known;
  }

  /** @param end positions from here on do not enter suppression. */
  make(rules: NmsRules, end: number): Arena {
    const order = this.order(rules);
    const boxes = this.boxes(rules);
    const count = Math.min(end, order.places.length);
    const labels = new Int32Array(count);
    const corners = new Float32Array(4 * count);
    for (let position = 0; position < count; position++) {
      const place = order.places[position] ?? 0;
      labels[position] = labelAt(this.#raw, order.columns, place);
      const row = Math.floor(place / order.columns);
      corners.set(boxes.subarray(4 * row, 4 * row + 4), 4 * position);
    }
    const plus = rules.halfPixel ? 1 : 0;
    const isApart = rules.semantics === 'class-offset' ? moveApart(corners, labels, rules, plus) : true;
    const groups = rules.semantics === 'class-agnostic' || !isApart ? new Int32Array(count) : labels;
    return { order, labels, corners, groups, plus };
  }
}

/** Whether no box of one class can touch one of another after the move: only then do classes stay by themselves. */
function moveApart(
  corners: Float32Array,
  labels: Int32Array,
  { classOffset }: NmsRules,
  plus: number,
): boolean {
  let [lowest, largest] = [Infinity, -Infinity];
  let isFinite = true;
  for (const corner of corners) {
    if (corner < lowest) lowest = corner;
    if (corner > largest) largest = corner;
    isFinite &&= Number.isFinite(corner);
  }
  const step = classOffset === 'largest-coordinate' ? Math.fround(largest + 1) : Math.fround(classOffset);
  let reach = 0;
  for (let position = 0; position < labels.length; position++) {
    const offset = Math.fround((labels[position] ?? 0) * step);
    reach = Math.max(reach, Math.abs(offset));
    for (let at = 4 * position; at < 4 * position + 4; at++) corners[at] = (corners[at] ?? 0) + offset;
  }
  // A margin for the rounding of the moved corners.
  const rounding = 4 * (reach + Math.abs(largest)) * 2 ** -23;
  return isFinite && step > 0 && largest + plus + rounding < step + lowest;
}

/** Where score thresholds and the cap before suppression end the order. */
export function endOfOrder(order: Order, rules: NmsRules): number {
  const above = countAbove(order, rules.scoreThreshold, rules.scoreStrict);
  return rules.preTopK === 'none' ? above : Math.min(above, Math.max(0, rules.preTopK));
}

/** The IoU threshold as it is compared. */
export function iouLimit({ iouThreshold, iouThresholdDtype }: NmsRules): number {
  return iouThresholdDtype === 'float32' ? Math.fround(iouThreshold) : iouThreshold;
}

export function suppresses(iou: number, rules: NmsRules): boolean {
  return rules.iouStrict ? iou > iouLimit(rules) : iou >= iouLimit(rules);
}

/**
 * Greedy suppression: the positions kept, in order. Thresholds and caps are applied where the rules say; what is kept
 * is the same whether the final score threshold and the total cap come before or after it, as both cut the order.
 * @throws TooManyBoxes
 */
export function keptPositions(maker: ArenaMaker, rules: NmsRules): number[] {
  const order = maker.order(rules);
  const arena = maker.make(rules, endOfOrder(order, rules));
  const end = Math.min(arena.labels.length, countAbove(order, rules.finalScoreThreshold, rules.scoreStrict));
  const total = rules.maxTotal === 'none' ? Infinity : rules.maxTotal;
  const perClass = rules.maxPerClass === 'none' ? Infinity : rules.maxPerClass;
  const limit = iouLimit(rules);
  const isByClass = arena.groups === arena.labels;
  const kept: number[] = [];
  const byGroup = new Map<number, Members>();
  const countOf = new Map<number, number>();
  for (let position = 0; position < end && kept.length < total; position++) {
    const label = arena.labels[position] ?? 0;
    const count = countOf.get(label) ?? 0;
    if (count >= perClass && isByClass) continue;
    const group = arena.groups[position] ?? 0;
    const members = byGroup.get(group) ?? new Members();
    maker.budget.spend(members.positions.length + 1);
    if (members.firstAbove(arena.corners, position, arena.plus, limit, rules.iouStrict) >= 0) continue;
    // Where classes suppress each other, what the cap drops has suppressed before.
    members.add(position, arena.corners);
    byGroup.set(group, members);
    if (count >= perClass) continue;
    countOf.set(label, count + 1);
    kept.push(position);
  }
  return kept;
}

/** The first of the members that suppresses the candidate. */
export function suppressorOf(
  { corners, plus }: Arena,
  members: readonly number[],
  position: number,
  rules: NmsRules,
): { readonly position: number; readonly iou: number } | undefined {
  for (const member of members) {
    const iou = iouAt(corners, 4 * member, corners, 4 * position, plus);
    if (suppresses(iou, rules)) return { position: member, iou };
  }
  return undefined;
}
