import { ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { axesText, coordinate } from './places.ts';
import { relocation, repairEvidence } from './relocation.ts';

/** One axis or two neighbours are reversed: RGB and BGR, a backward direction, a kernel turned by 180°. */
export function flip(facts: ErrorFacts): Found | undefined {
  const { dims, strides } = facts;
  const long = dims.flatMap((dim, axis) => (dim >= 2 ? [axis] : []));
  const choices = [
    ...long.map((axis) => [axis]),
    ...long.slice(1).map((axis, place) => [long[place] ?? 0, axis]),
  ];
  for (const axes of choices) {
    const source = (index: number): number =>
      axes.reduce((from, axis) => {
        const last = (dims[axis] ?? 1) - 1;
        return from + (last - 2 * coordinate(index, dims, strides, axis)) * (strides[axis] ?? 1);
      }, index);
    const moved = relocation(facts, source);
    if (moved === undefined) continue;
    const evidence = repairEvidence(facts, moved, choices.length);
    if (evidence < ENOUGH) continue;
    const lengths = axes.map((axis) => dims[axis] ?? 1);
    return {
      kind: 'flip',
      text: `the candidate is the reference with ${axesText(axes)} (${lengths.join(' × ')}) reversed: ${moved.equal} of ${moved.compared} elements equal then`,
      share: moved.repaired / facts.wrong,
      figures: { axes, lengths, repaired: moved.repaired },
      evidence,
    };
  }
  return undefined;
}
