import { beforeAll, expect, test } from 'vitest';
import type { Double } from '../../support/mutation/doubles.ts';
import { doubles } from '../../support/mutation/doubles.ts';
import { DEMO_EXPORT, EXPORTS } from '../../support/mutation/exports.ts';
import type { Subject } from '../../support/mutation/subject.ts';
import { subjectOf } from '../../support/mutation/subject.ts';
import { bothNamed, doubleLine, sentence } from '../../support/mutation/table.ts';
import { keepResult, scratchFolder, SET } from './set.ts';

/** Two edits at once, in different stretches: neither may hide the other. */
const DUE = 0.9;

const folder = scratchFolder();
const made: Double[] = [];

beforeAll(async () => {
  const subjects: Subject[] = [];
  for (const one of [...EXPORTS, DEMO_EXPORT]) subjects.push(await subjectOf(one));
  for await (const one of doubles(subjects, SET.doubles, SET.seed, folder)) made.push(one);
  const both = made.filter(bothNamed).length;
  const poor = made.filter((one) => !bothNamed(one) || one.innocent.length > 0);
  console.log(
    [`double edits, seed ${SET.seed}: both named in ${both} of ${made.length}`, ...poor.map(doubleLine)].join(
      '\n',
    ),
  );
  keepResult(
    'doubles.json',
    made.map(({ draw, pair, outcomes, innocent, said }) => ({
      draw,
      export: pair[0].subject.name,
      edits: pair.map(({ mutation, own, output }) => ({
        kind: mutation.kind,
        edit: mutation.label,
        own,
        output,
      })),
      outcomes,
      innocent,
      said: sentence(said),
    })),
  );
}, SET.timeout);

test(`both are named in at least ${DUE * 100} %`, () => {
  expect(made).toHaveLength(SET.doubles);
  const poor = made.filter((one) => !bothNamed(one));
  expect(poor.length / made.length, poor.map(doubleLine).join('\n')).toBeLessThanOrEqual(1 - DUE + 1e-9);
});
