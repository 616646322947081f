import { isMaskConstant } from './equal.ts';
import type { Overlap } from './evidence.ts';
import { contrast, ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { isPromising, NEARLY_ALL, outOf, overlapWith } from './overlap.ts';
import type { Source } from './sources.ts';
import { operandSources } from './sources.ts';

interface Test {
  readonly text: string;
  readonly isInside: (value: number) => boolean;
}

const CONSTANT: Test = { text: 'holds a mask constant (−10⁴ or below)', isInside: isMaskConstant };
const ZERO: Test = { text: 'is 0', isInside: (value) => value === 0 };
const ONE: Test = { text: 'is 1 (true)', isInside: (value) => value === 1 };
const FALSE: Test = { text: 'is 0 (false)', isInside: (value) => value === 0 };

/** The wrong elements are those that a mask names: attention masks, padding, Where. */
export function masked(facts: ErrorFacts): Found | undefined {
  let best: { source: Source; test: Test; overlap: Overlap; evidence: number } | undefined;
  for (const source of operandSources(facts)) {
    const tests = isBinary(facts, source) ? [FALSE, ONE] : [CONSTANT, ZERO];
    for (const test of tests) {
      const isInside = (index: number): boolean => test.isInside(source.at(index));
      if (!isPromising(facts, isInside)) continue;
      const overlap = overlapWith(facts, isInside);
      if (overlap.both < NEARLY_ALL * facts.wrong) continue;
      const evidence = contrast(overlap) - Math.log(2 * tests.length);
      if (best === undefined || evidence > best.evidence) best = { source, test, overlap, evidence };
    }
  }
  if (best === undefined || best.evidence < ENOUGH) return undefined;
  const { source, test, overlap, evidence } = best;
  const { both, inside } = overlap;
  return {
    kind: 'masked',
    text: `only where ${source.name} ${test.text}: ${outOf(both, facts.wrong)} wrong elements, of ${inside} such places`,
    share: both / facts.wrong,
    figures: { operand: source.operand, wrong: both, elements: inside },
    evidence,
  };
}

function isBinary(facts: ErrorFacts, source: Source): boolean {
  const values = facts.operands[source.operand]?.values ?? [];
  for (const value of values) if (value !== 0 && value !== 1) return false;
  return true;
}
