import type { Overlap } from './evidence.ts';
import { contrast, ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { FAINT, SILENT, WRONG } from './marks.ts';
import { isPromising, NEARLY_ALL, outOf } from './overlap.ts';
import type { Source } from './sources.ts';
import { sources } from './sources.ts';

/** At least this share of the elements of that sign is wrong: else something else decides which are. */
const COVERED = 0.25;

/** Only where a value is negative: slopes and alphas of activations. */
export function negatives(facts: ErrorFacts): Found | undefined {
  return onlySign(facts, -1);
}

/** Only where a value is positive. */
export function positives(facts: ErrorFacts): Found | undefined {
  return onlySign(facts, 1);
}

function onlySign(facts: ErrorFacts, sign: -1 | 1): Found | undefined {
  let best: { source: Source; overlap: Overlap; evidence: number } | undefined;
  for (const source of sources(facts)) {
    if (!isPromising(facts, (index) => source.at(index) * sign > 0)) continue;
    const overlap = signOverlap(facts, source, sign);
    if (overlap.both < NEARLY_ALL * facts.wrong || overlap.both < COVERED * overlap.inside) continue;
    const evidence = contrast(overlap) - Math.log(4);
    if (best === undefined || evidence > best.evidence) best = { source, overlap, evidence };
  }
  if (best === undefined || best.evidence < ENOUGH) return undefined;
  const { source, overlap, evidence } = best;
  const { both, inside, total, wrong } = overlap;
  const [word, other] = sign < 0 ? ['negative', 'positive'] : ['positive', 'negative'];
  return {
    kind: sign < 0 ? 'negatives' : 'positives',
    text: `only where ${source.name} is ${word}: ${outOf(both, facts.wrong)} wrong elements, of ${inside}; ${wrong - both} of ${total - inside} ${other} ones are wrong`,
    share: both / facts.wrong,
    figures: { operand: source.operand, wrong: both, elements: inside },
    evidence,
  };
}

/** Zeros are no contrast: where a Relu made them, what was right or wrong before it is gone. */
function signOverlap(facts: ErrorFacts, source: Source, sign: -1 | 1): Overlap {
  let [total, wrong, inside, both] = [0, 0, 0, 0];
  for (let index = 0; index < facts.size; index++) {
    const mark = facts.marks[index];
    const value = source.at(index) * sign;
    if (mark === SILENT || mark === FAINT || value === 0 || Number.isNaN(value)) continue;
    const isWrong = mark === WRONG;
    total++;
    if (isWrong) wrong++;
    if (value > 0) {
      inside++;
      if (isWrong) both++;
    }
  }
  return { total, wrong, inside, both };
}
