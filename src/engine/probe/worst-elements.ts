import type { ProbeElement } from '../../shared/probe.ts';
import { strideOf } from './error-map.ts';
import type { Sides } from './numbers.ts';
import { errorAt } from './numbers.ts';

/** The elements with the largest |d|, largest first; of equal ones the earlier. */
export function worstElements(sides: Sides, dims: readonly number[], most: number): ProbeElement[] {
  const { candidate, reference } = sides;
  const kept: { index: number; error: number }[] = [];
  for (let index = 0; index < candidate.length; index++) {
    const error = errorAt(sides, index);
    if (error === 0 || (kept.length === most && error <= (kept.at(-1)?.error ?? 0))) continue;
    let place = kept.length;
    while (place > 0 && (kept[place - 1]?.error ?? 0) < error) place--;
    kept.splice(place, 0, { index, error });
    if (kept.length > most) kept.pop();
  }
  return kept.map(({ index }) => ({
    index: dims.map((dim, axis) => Math.floor(index / strideOf(dims, axis)) % dim),
    candidate: candidate[index] ?? NaN,
    reference: reference[index] ?? NaN,
  }));
}
