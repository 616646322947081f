import type { Overlap } from './evidence.ts';
import { contrast, ENOUGH, logChoose } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { WRONG } from './marks.ts';
import { NEARLY_ALL, outOf, overlapWith } from './overlap.ts';
import { coordinate } from './places.ts';
import type { Slices } from './slices.ts';
import { slicesOf } from './slices.ts';

/** Only some slices of axes: samples of a batch, positions of a sequence and its tail, or where several such meet. */
export function rows(facts: ErrorFacts): Found | undefined {
  const box = bestBox(facts);
  if (box === undefined || box.evidence < ENOUGH) return flatRun(facts);
  const { slices, overlap, evidence } = box;
  const places = slices.map(
    ({ axis, text, members, length }) => `${members.length} of ${length} along axis ${axis} (${text})`,
  );
  return {
    kind: 'rows',
    text: `only at ${places.join(' and ')}: ${outOf(overlap.both, facts.wrong)} wrong elements are there, of ${overlap.inside}`,
    share: overlap.both / facts.wrong,
    figures: {
      axes: slices.map(({ axis }) => axis),
      indices: slices[0]?.members.slice(0, 64) ?? [],
      of: slices.map(({ length }) => length),
      wrong: overlap.both,
      elements: overlap.inside,
    },
    evidence,
  };
}

interface Box {
  readonly slices: readonly Slices[];
  readonly overlap: Overlap;
  /** In nats, less what choosing the slices costs. */
  readonly evidence: number;
}

/** Starts with the most telling axis and adds others while that makes the claim stronger. */
function bestBox(facts: ErrorFacts): Box | undefined {
  const choices = facts.dims
    .flatMap((_, axis) => slicesOf(facts, axis) ?? [])
    .sort((a, b) => b.evidence - a.evidence);
  // Channels alone are told as channels.
  const first = choices.find(({ axis }) => axis !== facts.channels);
  if (first === undefined) return undefined;
  let best = boxOf(facts, [first]);
  for (const choice of choices) {
    if (choice === first) continue;
    const next = boxOf(facts, [...best.slices, choice]);
    if (next.overlap.both >= NEARLY_ALL * facts.wrong && next.evidence > best.evidence) best = next;
  }
  return best;
}

function boxOf(facts: ErrorFacts, slices: readonly Slices[]): Box {
  const inside = slices.map(({ axis, members, length }) => {
    const flags = new Uint8Array(length);
    for (const member of members) flags[member] = 1;
    return { axis, flags };
  });
  const overlap = overlapWith(facts, (index) =>
    inside.every(({ axis, flags }) => flags[coordinate(index, facts.dims, facts.strides, axis)] === 1),
  );
  const cost = slices.reduce((sum, slice) => sum + slice.cost, 0);
  return { slices, overlap, evidence: contrast(overlap) - cost };
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
    figures: { axes: [], indices: [first, last], of: [size], wrong, elements: wrong },
    evidence,
  };
}
