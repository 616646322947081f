import { formatNumber } from '../../shared/format.ts';
import { contrast, ENOUGH } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import type { Found } from './found.ts';
import { FAINT, SILENT, WRONG } from './marks.ts';
import { NEARLY_ALL, outOf } from './overlap.ts';
import type { Source } from './sources.ts';
import { sources } from './sources.ts';

/** A cell is the exponent and the first 3 bits of the mantissa of a float32: 8 to an octave. */
const DROPPED_BITS = 20;
const CELLS = 2 ** (31 - DROPPED_BITS);
/** Large or small is what at most this share of the elements is. */
const MINORITY = 0.5;
/** Values that fill fewer cells are no magnitudes but classes: masks, flags. */
const LEAST_CELLS = 8;
/** Beyond the threshold at least this share is wrong: else something else decides which are. */
const COVERED = 0.5;

/** Only where a value is large: saturation, range, errors that grow with the value. */
export function largeMagnitudes(facts: ErrorFacts): Found | undefined {
  return beyondThreshold(facts, true);
}

/** Only where a value is small: an epsilon. */
export function smallMagnitudes(facts: ErrorFacts): Found | undefined {
  return beyondThreshold(facts, false);
}

function beyondThreshold(facts: ErrorFacts, isLarge: boolean): Found | undefined {
  let best: (Split & { source: Source }) | undefined;
  for (const source of sources(facts)) {
    const split = bestSplit(facts, source, isLarge);
    if (split !== undefined && (best === undefined || split.evidence > best.evidence))
      best = { ...split, source };
  }
  if (best === undefined || best.evidence < ENOUGH) return undefined;
  const { source, threshold, both, inside, total, evidence } = best;
  return {
    kind: isLarge ? 'large-magnitudes' : 'small-magnitudes',
    text: `only where |${source.name}| is ${isLarge ? 'about' : 'below about'} ${formatNumber(threshold)}${isLarge ? ' or more' : ''}: ${outOf(both, facts.wrong)} wrong elements, of ${inside}; ${facts.wrong - both} of ${total - inside} others are wrong`,
    share: both / facts.wrong,
    figures: { operand: source.operand, threshold, wrong: both, elements: inside },
    evidence,
  };
}

interface Split {
  readonly threshold: number;
  readonly both: number;
  readonly inside: number;
  readonly total: number;
  readonly evidence: number;
}

/** Smallest value of a cell. */
function edgeOf(cell: number): number {
  return new Float32Array(Uint32Array.of(cell << DROPPED_BITS).buffer)[0] ?? NaN;
}

/** The threshold at the edge of a cell that tells wrong and right elements apart best. */
function bestSplit(facts: ErrorFacts, source: Source, isLarge: boolean): Split | undefined {
  const active = new Float64Array(CELLS);
  const wrong = new Float64Array(CELLS);
  const scratch = new Float32Array(1);
  const bits = new Uint32Array(scratch.buffer);
  let [total, allWrong] = [0, 0];
  for (let index = 0; index < facts.size; index++) {
    const mark = facts.marks[index];
    const size = Math.abs(source.at(index));
    // Where small values are looked for, small values count: being faint is no reason to leave them out.
    if (mark === SILENT || (isLarge && mark === FAINT) || !Number.isFinite(size)) continue;
    scratch[0] = size;
    const cell = (bits[0] ?? 0) >>> DROPPED_BITS;
    total++;
    active[cell] = (active[cell] ?? 0) + 1;
    if (mark !== WRONG) continue;
    allWrong++;
    wrong[cell] = (wrong[cell] ?? 0) + 1;
  }
  let best: Split | undefined;
  let [inside, both, tried] = [0, 0, 0];
  for (let step = 0; step < CELLS; step++) {
    const cell = isLarge ? CELLS - 1 - step : step;
    if (active[cell] === 0) continue;
    tried++;
    inside += active[cell] ?? 0;
    both += wrong[cell] ?? 0;
    // Zero is no small magnitude: masks tell it.
    if (!isLarge && cell === 0) continue;
    if (inside > MINORITY * total) break;
    if (both < NEARLY_ALL * facts.wrong || both < COVERED * inside) continue;
    const evidence = contrast({ total, wrong: allWrong, inside, both });
    if (best !== undefined && evidence <= best.evidence) continue;
    const edge = edgeOf(cell + (isLarge ? 0 : 1));
    best = { threshold: edge, both, inside, total, evidence };
  }
  return best === undefined || tried < LEAST_CELLS
    ? undefined
    : { ...best, evidence: best.evidence - Math.log(2 * tried) };
}
