import type { NmsRules } from '../../shared/output-stage.ts';
import type { Budget } from './budget.ts';
import { Members } from './members.ts';
import type { Arena } from './suppress.ts';
import { suppresses } from './suppress.ts';

/** What a kept list says about the IoU threshold, whatever it was. */
export interface KeptConstraints {
  /** No kept box may be suppressed by an earlier one: the largest IoU among kept ones. −∞: no constraint. */
  readonly low: number;
  /** Everything left out before the last kept one was suppressed: the smallest IoU that did it. ∞: no constraint. */
  readonly high: number;
  /** After the last kept one: positions and the IoU with what is kept, for the first that may survive. */
  readonly tail: readonly { readonly position: number; readonly iou: number }[];
  /** The last of `tail` survives whatever the threshold is. */
  readonly isTailOpen: boolean;
}

/**
 * One sweep over the order. `undefined` where no IoU threshold at all gives this kept list, or the budget ran out.
 * @param kept positions, ascending.
 */
export function constraintsOf(
  arena: Arena,
  kept: readonly number[],
  rules: NmsRules,
  budget: Budget,
): KeptConstraints | undefined {
  const { labels, groups, corners, plus } = arena;
  const perClass = rules.maxPerClass === 'none' ? Infinity : rules.maxPerClass;
  const last = kept.at(-1) ?? -1;
  const members = new Map<number, Members>();
  const counts = new Map<number, number>();
  const tail: { position: number; iou: number }[] = [];
  let isTailOpen = false;
  let [low, high, next] = [-Infinity, Infinity, 0];
  for (let position = 0; position < labels.length; position++) {
    const label = labels[position] ?? 0;
    const count = counts.get(label) ?? 0;
    const isKept = kept[next] === position;
    if (count >= perClass && isKept) return undefined;
    if (count >= perClass && groups === labels) continue;
    const group = groups[position] ?? 0;
    const earlier = members.get(group) ?? new Members();
    budget.spend(earlier.positions.length + 1);
    if (!budget.allowsSearch) return undefined;
    const iou = earlier.largestIou(corners, position, plus);
    if (count >= perClass) {
      // Dropped by the cap unless it was suppressed; what it suppresses itself depends on the threshold: as it stands.
      if (!suppresses(iou, rules)) earlier.add(position, corners);
      members.set(group, earlier);
    } else if (isKept) {
      next++;
      low = Math.max(low, iou);
      earlier.add(position, corners);
      members.set(group, earlier);
      counts.set(label, count + 1);
    } else if (position < last) high = Math.min(high, iou);
    else {
      tail.push({ position, iou });
      // Nothing suppresses what overlaps less than two kept boxes may.
      isTailOpen = iou < low || iou <= 0;
      if (isTailOpen) break;
    }
    if (low >= high) return undefined;
  }
  return next === kept.length ? { low, high, tail, isTailOpen } : undefined;
}
