import type { Report, Site } from '../../../src/shared/report.ts';
import type { Effect } from './measure.ts';
import { timesFloor } from './measure.ts';
import type { Mutation } from './mutation.ts';

/**
 * What the verdict says of an edit that shows. `hit`: every site holds an edited node; `absorbed`: no site, but a
 * finding names the place, and the plain runtime sees no more than rounding at the outputs either; `beside`: an innocent site stands
 * beside the right one; `elsewhere`: just innocent sites; `missed`: nothing is named; `failed`: no report.
 */
export const OUTCOMES = ['hit', 'absorbed', 'missed', 'beside', 'elsewhere', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const isHit = (outcome: Outcome): boolean => outcome === 'hit' || outcome === 'absorbed';

/** @param output what the plain runtime measured at the graph outputs. */
export function outcomeOf(
  report: Report,
  mutation: Mutation,
  targets: readonly string[],
  output: Effect,
): Outcome {
  const { sites } = report.verdict;
  const right = sites.filter((site) => covers(site, mutation));
  if (right.length > 0) return right.length === sites.length ? 'hit' : 'beside';
  if (sites.length > 0) return 'elsewhere';
  return timesFloor(output) <= 1 && isNamedAbsorbed(report, mutation, targets) ? 'absorbed' : 'missed';
}

export function covers(site: Site, { accused, handedOn }: Mutation): boolean {
  return site.nodes.some((name) => accused.has(name)) || (handedOn !== undefined && site.tensor === handedOn);
}

function isNamedAbsorbed({ findings }: Report, { accused }: Mutation, targets: readonly string[]): boolean {
  return findings.some(
    ({ kind, subject, text }) =>
      kind === 'absorbed' && (targets.includes(subject) || [...accused].some((name) => text.includes(name))),
  );
}
