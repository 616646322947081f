import type { Report } from '../../../src/shared/report.ts';
import type { Proto } from '../edit-model.ts';
import { seeded } from '../random.ts';
import { oneOf } from './choice.ts';
import { outputEffect, targetsOf } from './measure.ts';
import type { Mutation } from './mutation.ts';
import { MUTATION_KINDS } from './mutation.ts';
import type { Outcome } from './outcome.ts';
import { covers, outcomeOf } from './outcome.ts';
import { stretchNodes } from './stretch-nodes.ts';
import type { Subject } from './subject.ts';
import type { Drawn, DrawNumber } from './trial.ts';
import { drawOne, mutantOf, sizeOf, verdictOn } from './trial.ts';

export interface Double {
  readonly draw: DrawNumber;
  readonly pair: readonly [Drawn, Drawn];
  /** Of each edit by itself in the verdict on both. */
  readonly outcomes: readonly [Outcome, Outcome];
  /** Tensors of sites that hold neither. */
  readonly innocent: readonly string[];
  readonly said: Report | string;
}

const PATIENCE = 400;

/** Two edits that count, in different stretches of one export. */
export async function* doubles(
  subjects: readonly Subject[],
  count: number,
  seed: number,
  folder: string,
): AsyncGenerator<Double> {
  for (let place = 0; place < count; place++) {
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const draw = { seed, place, attempt };
      const pair = await pairAt(subjects, draw);
      const mutant = pair === undefined ? undefined : together(pair);
      if (pair === undefined || mutant === undefined) continue;
      const [{ subject }] = pair;
      if (!pair.every((one) => isAlive(mutant, one.mutation))) continue;
      if ((await outputEffect(subject, mutant)) === undefined) continue;
      yield judged(draw, pair, await verdictOn(subject, mutant, folder));
      break;
    }
  }
}

async function pairAt(
  subjects: readonly Subject[],
  draw: DrawNumber,
): Promise<readonly [Drawn, Drawn] | undefined> {
  const random = seeded(draw.seed * 7_368_787 + draw.place * 1009 + draw.attempt);
  const subject = oneOf(subjects, random);
  const kinds = [oneOf(MUTATION_KINDS, random), oneOf(MUTATION_KINDS, random)];
  const drawn: Drawn[] = [];
  for (const [index, kind] of kinds.entries()) {
    if (subject === undefined || kind === undefined) return undefined;
    const seed = draw.seed * 2 + index;
    const one = await drawOne(kind, [subject], { ...draw, seed });
    if (one === undefined || sizeOf(one) !== 'counted') return undefined;
    drawn.push(one);
  }
  const [a, b] = drawn;
  return a === undefined || b === undefined || sharesStretch(a, b) ? undefined : [a, b];
}

function sharesStretch(a: Drawn, b: Drawn): boolean {
  const nodesOf = ({ subject, mutation }: Drawn): string[] =>
    targetsOf(subject, mutation).flatMap((target) => [...(subject.stretches.get(target) ?? [])]);
  const nodes = new Set(nodesOf(a));
  return nodesOf(b).some((name) => nodes.has(name)) || overlaps(a, b) || overlaps(b, a);
}

/** One edit took away or renamed what the other is beside: they would be one place. */
function overlaps(a: Drawn, b: Drawn): boolean {
  return [...a.mutation.accused].some(
    (name) => b.mutation.accused.has(name) || b.mutation.origins.includes(name),
  );
}

function together([a, b]: readonly [Drawn, Drawn]): ReturnType<typeof mutantOf> | undefined {
  try {
    return mutantOf(a.subject, [a.mutation, b.mutation]);
  } catch {
    // The first took away what the second edits.
    return undefined;
  }
}

/** One edit may have cut off from the outputs what the other changes. */
function isAlive(mutant: Proto, { accused }: Mutation): boolean {
  return (mutant.graph?.output ?? []).some(({ name }) =>
    [...stretchNodes(mutant, new Set(), name ?? '')].some((node) => accused.has(node)),
  );
}

function judged(draw: DrawNumber, pair: readonly [Drawn, Drawn], said: Report | string): Double {
  const one = ({ subject, mutation, output }: Drawn): Outcome => {
    if (typeof said === 'string') return 'failed';
    const sites = said.verdict.sites.filter((site) => covers(site, mutation));
    const own = { ...said, verdict: { ...said.verdict, sites } };
    return outcomeOf(own, mutation, targetsOf(subject, mutation), output);
  };
  const sites = typeof said === 'string' ? [] : said.verdict.sites;
  const [a, b] = pair;
  return {
    draw,
    pair,
    outcomes: [one(a), one(b)],
    innocent: sites
      .filter((site) => !covers(site, a.mutation) && !covers(site, b.mutation))
      .map((site) => site.tensor),
    said,
  };
}
