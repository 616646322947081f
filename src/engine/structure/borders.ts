import type { Shell } from './border-shells.ts';
import { bits, sidesNear, thinnestShell } from './border-shells.ts';
import type { Overlap } from './evidence.ts';
import { contrast, ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { outOf, overlapWith } from './overlap.ts';
import { axesText } from './places.ts';

/** A whole border wrong and the whole inside right is told of small maps too: 8 of 9 cells of a 3 × 3 map. */
const EXACT = 3;

/** At least this share of the border is wrong: else something else decides which elements are. */
const COVERED = 0.5;

/** Only the outermost rows, columns or planes: padding, the divisor of a pool, coordinates clamped at the edge. */
export function borders(facts: ErrorFacts): Found | undefined {
  let best: { shell: Shell; overlap: Overlap; evidence: number } | undefined;
  for (const axes of axesWithBorders(facts.dims)) {
    const shell = thinnestShell(facts, axes);
    if (shell === undefined || isSlices(facts, shell)) continue;
    const overlap = overlapWith(
      facts,
      (index) => (sidesNear(facts, shell.axes, shell.depth, index) & shell.sides) !== 0,
    );
    if (overlap.both < COVERED * overlap.inside) continue;
    // Depth and sides were chosen from the data.
    const evidence = contrast(overlap) - Math.log(shell.depth * (bits(shell.sides) < 2 ? 2 : 1));
    if (best === undefined || evidence > best.evidence) best = { shell, overlap, evidence };
  }
  if (best === undefined) return undefined;
  const { shell, overlap, evidence } = best;
  const { both, inside, wrong, total } = overlap;
  const exact = both === wrong && both === inside && inside < total;
  const whole = exact && wrong >= 6 && bits(shell.sides) === 2 * shell.axes.length;
  if (evidence < (whole ? EXACT : ENOUGH)) return undefined;
  const { axes, depth, sides } = shell;
  return {
    kind: 'borders',
    text: `only ${sidesText(shell)}: ${outOf(both, wrong)} wrong elements lie there, of ${inside}; inside, ${total - inside - (wrong - both)} of ${total - inside} are right`,
    share: both / wrong,
    figures: { axes, depth, sides: sideList(axes.length, sides), wrong: both, elements: inside },
    evidence,
  };
}

/** One end of one axis is a border of images, two deep at most; else it is the tail or the head of a sequence. */
function isSlices({ dims }: ErrorFacts, { axes, depth, sides }: Shell): boolean {
  return axes.length === 1 && bits(sides) === 1 && (dims.length < 4 || depth > 2);
}

/** Sets of axes that may be spatial: each alone, neighbours, and all after the batch with channels first or last. */
function axesWithBorders(dims: readonly number[]): number[][] {
  const long = dims.flatMap((dim, axis) => (dim >= 3 ? [axis] : []));
  const runs = [1, 2, 3].flatMap((length) =>
    long.slice(0, long.length - length + 1).map((_, start) => long.slice(start, start + length)),
  );
  return runs.filter((axes) =>
    axes.every((axis, place) => place === 0 || axis === (axes[place - 1] ?? 0) + 1),
  );
}

function sidesText({ axes, depth, sides }: Shell): string {
  const outermost = depth === 1 ? 'the outermost index' : `the outermost ${depth} indices`;
  const all = (1 << (2 * axes.length)) - 1;
  if (sides === all) return `${outermost} on each side of ${axesText(axes)}`;
  const named = sideList(axes.length, sides).map(
    (side) => `the ${side % 2 === 0 ? 'start' : 'end'} of axis ${axes[Math.floor(side / 2)] ?? 0}`,
  );
  return `${outermost} at ${named.join(' and ')}`;
}

/** 2a for the start and 2a + 1 for the end of the a-th axis. */
function sideList(axes: number, sides: number): number[] {
  return Array.from({ length: 2 * axes }, (_, side) => side).filter((side) => ((sides >> side) & 1) === 1);
}
