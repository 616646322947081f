import { ENOUGH, logChoose } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { outOf } from './overlap.ts';
import type { Slices } from './slices.ts';
import { slicesOf } from './slices.ts';

/** Axes named at most, the most telling ones. */
const SHOWN = 3;

/** Only some slices of axes that are no channels: samples of a batch, positions of a sequence, its tail. */
export function rows(facts: ErrorFacts): Found | undefined {
  const found = facts.dims
    .flatMap((_, axis): Slices[] => {
      if (axis === facts.channels) return [];
      const slices = slicesOf(facts, axis);
      return slices === undefined || slices.evidence < ENOUGH ? [] : [slices];
    })
    .sort((a, b) => b.evidence - a.evidence)
    .slice(0, SHOWN);
  const [best] = found;
  if (best === undefined) return flatRun(facts);
  const places = found.map(
    ({ axis, text, members, length }) => `${members.length} of ${length} along axis ${axis} (${text})`,
  );
  const both = Math.min(...found.map((slices) => slices.both));
  return {
    kind: 'rows',
    text: `only at ${places.join(' and ')}: ${outOf(both, facts.wrong)} wrong elements are there`,
    share: both / facts.wrong,
    figures: {
      axes: found.map(({ axis }) => axis),
      indices: best.members.slice(0, 64),
      of: best.length,
      wrong: both,
      elements: best.inside,
    },
    evidence: best.evidence,
  };
}

/** Wrong elements that follow each other in C order across slices: a view of another shape, memory written twice. */
function flatRun(facts: ErrorFacts): Found | undefined {
  const { marks, wrong, size } = facts;
  const first = marks.indexOf(WRONG);
  const last = marks.lastIndexOf(WRONG);
  const evidence = logChoose(size, wrong) - Math.log(size);
  if (last - first + 1 !== wrong || wrong === size || evidence < ENOUGH) return undefined;
  return {
    kind: 'rows',
    text: `only elements ${first} to ${last} of ${size} in C order: all ${wrong} wrong elements, one after the other`,
    share: 1,
    figures: { axes: [], indices: [first, last], of: size, wrong, elements: wrong },
    evidence,
  };
}
