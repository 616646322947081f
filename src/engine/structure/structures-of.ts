import type { Structure, StructureKind } from '../../shared/structure.ts';
import { DETECTORS, PLACES } from './detectors.ts';
import type { ErrorTensor } from './error-tensor.ts';
import { association } from './evidence.ts';
import type { ErrorFacts } from './facts.ts';
import { factsOf } from './facts.ts';
import type { Found } from './found.ts';

/** No place is told with less, in nats. */
const LEAST = 3;

/** A place with less than this part of the best one's evidence follows from it by chance or by correlation. */
const WEAK = 0.95;

/**
 * Where and how the error sits, most telling first; empty where nothing is wrong or nothing but chance is seen.
 * @throws LayerdiffError not-comparable where a side does not have as many elements as the dims say.
 */
export function structuresOf(error: ErrorTensor): readonly Structure[] {
  const facts = factsOf(error);
  if (facts.wrong === 0) return [];
  const placesTell = mostEvidence(facts) >= LEAST;
  const explained = new Set<StructureKind>();
  const found: Found[] = [];
  for (const { kind, detect, explains } of DETECTORS) {
    if (explained.has(kind) || (!placesTell && PLACES.has(kind))) continue;
    const structure = detect(facts);
    if (structure === undefined) continue;
    found.push(structure);
    for (const other of explains) {
      if (structure.partial !== true || !PLACES.has(other)) explained.add(other);
    }
  }
  const places = found.filter(({ kind }) => PLACES.has(kind)).sort((a, b) => b.evidence - a.evidence);
  const least = WEAK * (places[0]?.evidence ?? 0);
  return [
    ...found.filter(({ kind }) => !PLACES.has(kind) && kind !== 'isolated'),
    ...places.filter(({ evidence }) => evidence >= least),
    ...found.filter(({ kind }) => kind === 'isolated'),
  ].map(({ kind, text, share, figures }) => ({ kind, text, share, figures }));
}

/** The evidence of a place that holds all wrong elements and no others. */
function mostEvidence({ active, wrong }: ErrorFacts): number {
  return association({ total: active, wrong, inside: wrong, both: wrong });
}
