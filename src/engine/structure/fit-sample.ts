import type { ErrorFacts } from './facts.ts';
import type { Grouping } from './groupings.ts';
import { WRONG } from './marks.ts';
import type { Model } from './model.ts';

/** Groups looked at, elements of a group looked through, and wrong ones of them fitted. */
const GROUPS = 16;
const LOOKED_THROUGH = 1024;
const FITTED = 64;
/** A fit to fewer elements is less exact than one to all. */
const SLACK = 4;
const PASSED = 0.8;

/** Whether the model may hold: a few groups are fitted to a few elements each, which no random error passes. */
export function fitsSample(facts: ErrorFacts, grouping: Grouping, model: Model): boolean {
  const step = Math.max(1, Math.floor(grouping.length / GROUPS));
  let [tried, passed] = [0, 0];
  for (let group = 0; group < grouping.length; group += step) {
    const indices = wrongOf(facts, grouping, group);
    // As many points as coefficients are always fitted.
    if (indices.length < 4) continue;
    tried++;
    if (fitsLine(facts, indices, model)) passed++;
  }
  return tried === 0 || passed >= PASSED * tried;
}

function wrongOf(
  { marks, candidate, reference, size }: ErrorFacts,
  grouping: Grouping,
  group: number,
): number[] {
  const { inner, length } = grouping;
  const elements = size / length;
  const step = Math.max(1, Math.floor(elements / LOOKED_THROUGH));
  const found: number[] = [];
  for (let element = 0; element < elements && found.length < FITTED; element += step) {
    const index = (Math.floor(element / inner) * length + group) * inner + (element % inner);
    const d = (candidate[index] ?? NaN) - (reference[index] ?? NaN);
    if (marks[index] === WRONG && Number.isFinite(d)) found.push(index);
  }
  return found;
}

function fitsLine(facts: ErrorFacts, indices: readonly number[], model: Model): boolean {
  const t = indices.map((index) => facts.candidate[index] ?? NaN);
  const r = indices.map((index) => facts.reference[index] ?? NaN);
  const mean = (values: readonly number[]): number =>
    model === 'scale' ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanT, meanR] = [mean(t), mean(r)];
  let [products, squares] = [0, 0];
  r.forEach((value, place) => {
    products += (value - meanR) * ((t[place] ?? NaN) - meanT);
    squares += (value - meanR) ** 2;
  });
  const slope = model === 'offset' ? 1 : products / squares;
  const noise = SLACK * facts.tolerance * Math.max(1, Math.abs(slope));
  const off = r.filter((value, place) => {
    const at = t[place] ?? NaN;
    return !(Math.abs(at - meanT - slope * (value - meanR)) <= noise + SLACK * 2 ** -21 * Math.abs(at));
  });
  // One outlier in a small sample is not the end of it.
  return off.length <= 1;
}
