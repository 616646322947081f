import type { Growth } from '../../shared/report.ts';
import type { Evidence } from './evidence.ts';
import type { JudgedTensor } from './judge-tensors.ts';

/** Shorter ways say nothing of a rate. */
const SHORTEST = 3;

/**
 * How the error grew on its way to a graph output: back from the output along the inputs whose error is largest, the
 * geometric mean of the ratio from one compared tensor to the next. Undefined for ways of fewer than three steps.
 */
export function growthTo(
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  output: string,
): Growth | undefined {
  const way = wayTo(evidence, judged, output);
  const [first] = way;
  const last = way.at(-1);
  const steps = way.length - 1;
  if (first === undefined || last === undefined || steps < SHORTEST) return undefined;
  const rate = (from: number, to: number): number => (from > 0 && to > 0 ? (to / from) ** (1 / steps) : 1);
  return {
    output,
    steps,
    relative: rate(first.relativeL2, last.relativeL2),
    absolute: rate(first.maxAbs, last.maxAbs),
    values: rate(first.scale, last.scale),
  };
}

interface Step {
  readonly relativeL2: number;
  readonly maxAbs: number;
  readonly scale: number;
}

/** From the first tensor that has any error on. */
function wayTo(evidence: Evidence, judged: ReadonlyMap<string, JudgedTensor>, output: string): Step[] {
  const way: Step[] = [];
  const seen = new Set<string>();
  let name: string | undefined = output;
  while (name !== undefined && !seen.has(name)) {
    seen.add(name);
    const comparison = evidence.free.get(name)?.comparison;
    if (comparison === undefined || comparison.relativeL2 === 0) break;
    way.unshift({
      relativeL2: comparison.relativeL2,
      maxAbs: comparison.maxAbs,
      scale: comparison.reference.maxAbs,
    });
    name = loudest(evidence, judged.get(name)?.stretch.boundary ?? []);
  }
  return way;
}

function loudest({ free }: Evidence, names: readonly string[]): string | undefined {
  const errorOf = (name: string): number => free.get(name)?.comparison?.relativeL2 ?? -1;
  return names.reduce<string | undefined>(
    (most, name) => (errorOf(name) > (most === undefined ? 0 : errorOf(most)) ? name : most),
    undefined,
  );
}
