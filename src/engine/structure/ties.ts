import { isEqual } from './equal.ts';
import { ENOUGH, logFactorial } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { haveSameRange } from './relocation.ts';

/** Rows are sorted: larger tensors are left to what takes one pass. */
const MOST_ELEMENTS = 2 ** 24;
/** Two swapped indices are all that a tie leaves: about 1 in 1000 by chance. */
const ENOUGH_OF_TIES = 6.9;

/** Rows along an axis hold the same values in another order: order of ties, an unstable sort, a TopK that is not sorted. */
export function ties(facts: ErrorFacts): Found | undefined {
  if (facts.size > MOST_ELEMENTS || !haveSameRange(facts)) return undefined;
  const choices = facts.dims.filter((dim) => dim > 1).length;
  for (let axis = facts.dims.length - 1; axis >= 0; axis--) {
    const rows = reorderedRows(facts, axis);
    if (rows === undefined) continue;
    const nats = rows.evidence - Math.log(choices);
    if (nats < (facts.isFloat ? ENOUGH : ENOUGH_OF_TIES)) continue;
    const { wrongRows, allRows } = rows;
    const what = facts.isFloat ? 'values' : 'integers';
    return {
      kind: 'ties',
      text: `the same ${what} in another order along axis ${axis}, in each of the ${wrongRows} of ${allRows} rows that differ (${facts.wrong} elements moved): order of ties or of sorting`,
      share: 1,
      figures: { axis, rows: wrongRows, of: allRows, moved: facts.wrong },
      evidence: nats,
    };
  }
  return undefined;
}

interface ReorderedRows {
  readonly wrongRows: number;
  readonly allRows: number;
  /** m wrong elements of a row are any m of D levels, and m! of those Dᵐ are these in some order. */
  readonly evidence: number;
}

function reorderedRows(facts: ErrorFacts, axis: number): ReorderedRows | undefined {
  const { candidate, reference, marks, size, tolerance } = facts;
  const length = facts.dims[axis] ?? 1;
  const stride = facts.strides[axis] ?? 1;
  const perLevel = Math.log(facts.levels.distinct);
  const allRows = size / length;
  let [wrongRows, evidence] = [0, 0];
  for (let row = 0; row < allRows; row++) {
    const start = Math.floor(row / stride) * stride * length + (row % stride);
    const sides: [number[], number[]] = [[], []];
    for (let index = start, step = 0; step < length; step++, index += stride) {
      if (marks[index] !== WRONG) continue;
      sides[0].push(candidate[index] ?? NaN);
      sides[1].push(reference[index] ?? NaN);
    }
    const [t, r] = sides.map((side) => Float64Array.from(side).sort());
    if (t === undefined || r === undefined || t.length === 0) continue;
    if (!t.every((value, place) => isEqual(value, r[place] ?? NaN, tolerance))) return undefined;
    wrongRows++;
    evidence += Math.max(0, t.length * perLevel - logFactorial(t.length));
  }
  return { wrongRows, allRows, evidence };
}
