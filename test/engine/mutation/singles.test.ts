import { beforeAll, expect, test } from 'vitest';
import { DEMO_EXPORT, EXPORTS } from '../../support/mutation/exports.ts';
import { MUTATION_KINDS } from '../../support/mutation/mutation.ts';
import { isHit } from '../../support/mutation/outcome.ts';
import type { Single } from '../../support/mutation/singles.ts';
import { singles } from '../../support/mutation/singles.ts';
import type { Subject } from '../../support/mutation/subject.ts';
import { subjectOf } from '../../support/mutation/subject.ts';
import { confusion, hasSites, sentence, singleLine } from '../../support/mutation/table.ts';
import { keepResult, scratchFolder, SET } from './set.ts';

/**
 * Single edits of the real exports. How much an edit does is measured with the plain runtime; where that is ten times
 * what rounding does, the site must hold the edited node and no other site may stand beside it.
 */
const DUE = 0.98;

const folder = scratchFolder();
const made: Single[] = [];

beforeAll(async () => {
  const subjects: Subject[] = [];
  for (const one of [...EXPORTS, DEMO_EXPORT]) subjects.push(await subjectOf(one));
  for await (const one of singles(subjects, SET.singles, SET.seed, folder)) made.push(one);
  const missed = made.filter((one) => one.size === 'counted' && !isHit(one.outcome));
  console.log([`single edits, seed ${SET.seed}`, confusion(made), ...missed.map(singleLine)].join('\n'));
  keepResult(
    'singles.json',
    made.map(({ drawn, size, outcome, said }) => ({
      draw: drawn.draw,
      export: drawn.subject.name,
      kind: drawn.mutation.kind,
      edit: drawn.mutation.label,
      own: drawn.own,
      output: drawn.output,
      size,
      outcome,
      said: sentence(said),
    })),
  );
}, SET.timeout);

test('every kind of edit is counted', () => {
  for (const kind of MUTATION_KINDS) {
    const of = made.filter((one) => one.drawn.mutation.kind === kind && one.size === 'counted');
    expect(of.length, kind).toBeGreaterThanOrEqual(Math.floor(SET.singles / MUTATION_KINDS.length));
  }
});

test(`at least ${DUE * 100} % of them are located, and nothing else is named`, () => {
  const counted = made.filter((one) => one.size === 'counted');
  const missed = counted.filter((one) => !isHit(one.outcome));
  expect(missed.length / counted.length, missed.map(singleLine).join('\n')).toBeLessThanOrEqual(1 - DUE);
});

test('an edit below the noise floor is no fault', () => {
  const claimed = made.filter((one) => one.size === 'control' && hasSites(one.said));
  expect(claimed.map(singleLine)).toEqual([]);
});
