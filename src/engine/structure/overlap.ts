import type { Overlap } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import { FAINT, SILENT, WRONG } from './marks.ts';

/** How a set of elements and the wrong ones overlap. Silent and faint elements are not counted. */
export function overlapWith(facts: ErrorFacts, isInside: (index: number) => boolean): Overlap {
  const { marks, active, wrong } = facts;
  let [inside, both] = [0, 0];
  for (let index = 0; index < marks.length; index++) {
    const mark = marks[index];
    if (mark === SILENT || mark === FAINT || !isInside(index)) continue;
    inside++;
    if (mark === WRONG) both++;
  }
  return { total: active, wrong, inside, both };
}

/** Share of the probes that a claim about nearly all wrong elements must hold for, before all are looked at. */
const PROMISING = 0.85;

export function isPromising({ probes }: ErrorFacts, holds: (index: number) => boolean): boolean {
  let count = 0;
  for (const index of probes) if (holds(index)) count++;
  return count >= PROMISING * probes.length;
}

/** "all 64" or "60 of 64". */
export function outOf(part: number, whole: number): string {
  return part === whole ? `all ${whole}` : `${part} of ${whole}`;
}

/** A place explains an error if it holds this share of the wrong elements. */
export const NEARLY_ALL = 0.95;
