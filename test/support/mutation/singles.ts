import type { Report } from '../../../src/shared/report.ts';
import { targetsOf } from './measure.ts';
import { MUTATION_KINDS } from './mutation.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf } from './outcome.ts';
import type { Subject } from './subject.ts';
import type { Drawn, DrawNumber, Size } from './trial.ts';
import { drawOne, sizeOf, verdictOn } from './trial.ts';

export interface Single {
  readonly drawn: Drawn;
  readonly size: Size;
  readonly outcome: Outcome;
  readonly said: Report | string;
}

/** Draws for one place in the list until it is given up. */
const PATIENCE = 200;

/** Single edits, the kinds in turn, until so many of them are counted; those that are not stand between them. */
export async function* singles(
  subjects: readonly Subject[],
  count: number,
  seed: number,
  folder: string,
): AsyncGenerator<Single> {
  const seen = new Set<string>();
  for (let place = 0; place < count; place++) {
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const drawn = await drawAt(subjects, { seed, place, attempt });
      if (drawn === undefined || seen.has(nameOf(drawn))) continue;
      seen.add(nameOf(drawn));
      const single = await judged(drawn, folder);
      yield single;
      if (single.size === 'counted') break;
    }
  }
}

const nameOf = ({ subject, mutation }: Drawn): string => `${subject.name} ${mutation.label}`;

/** Every draw has a seed of its own: a miss can be made again without what was drawn before it. */
export function drawAt(subjects: readonly Subject[], draw: DrawNumber): Promise<Drawn | undefined> {
  const kind = MUTATION_KINDS[draw.place % MUTATION_KINDS.length] ?? 'weight';
  return drawOne(kind, subjects, draw);
}

async function judged(drawn: Drawn, folder: string): Promise<Single> {
  const said = await verdictOn(drawn.subject, drawn.mutant, folder);
  const targets = targetsOf(drawn.subject, drawn.mutation);
  const outcome =
    typeof said === 'string' ? 'failed' : outcomeOf(said, drawn.mutation, targets, drawn.output);
  return { drawn, size: sizeOf(drawn), outcome, said };
}
