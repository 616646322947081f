import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { InputExplanation, InputStep } from '../../../src/shared/input-stage.ts';
import { explainInput } from '../../../src/engine/input-stage/index.ts';
import { readNpz } from './read-npz.ts';

/** Made by scripts/fixtures/make_pictures.py with numpy, cv2 and PIL: what differs is known. */
interface Case {
  readonly name: string;
  readonly deployed: string;
  readonly recorded: string;
  readonly steps: readonly Expected[];
  /** Other right answers. */
  readonly or?: readonly (readonly Expected[])[];
  /** Nothing may be claimed. */
  readonly nothing?: true;
}

type Expected = Readonly<Record<string, unknown>> & { readonly kind: string };

const FOLDER = 'test/fixtures/input-stage';
const cases = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Case[];
const tensors = readNpz(`${FOLDER}/truth.npz`);
/** Share of the differences that must be named right. */
const NAMED = 0.95;

function explain({ deployed, recorded }: Case): InputExplanation | undefined {
  return explainInput(tensors.get(deployed)!, tensors.get(recorded)!);
}

function isRight({ steps, or = [] }: Case, found: readonly InputStep[]): boolean {
  return [steps, ...or].some(
    (expected) =>
      found.length === expected.length &&
      expected.every((one) => found.some((step) => one.kind === step.kind && matches(one, step))),
  );
}

function matches(expected: Expected, step: InputStep): boolean {
  return Object.entries(expected).every(
    ([name, value]) => name === 'kind' || JSON.stringify(step.parameters[name]) === JSON.stringify(value),
  );
}

const different = cases.filter(({ steps }) => steps.length > 0);
const wrong: string[] = [];

afterAll(() => {
  console.log(`${different.length - wrong.length} of ${different.length} differences are named right`);
});

test('the table holds what it should', () => {
  expect(different.length).toBeGreaterThanOrEqual(40);
  expect(different.filter(({ steps }) => steps.length > 1).length).toBeGreaterThanOrEqual(15);
});

describe('differences', () => {
  test.each(different)('$name', (one) => {
    const found = explain(one)?.best;
    if (!isRight(one, found?.steps ?? [])) wrong.push(`${one.name}: ${found?.text ?? 'nothing'}`);
    expect(found?.residual ?? 0).toBeGreaterThanOrEqual(0);
  });

  test('at least 95 % are named right', () => {
    expect(wrong.slice(Math.floor(different.length * (1 - NAMED)))).toEqual([]);
  });
});

test.each(cases.filter(({ steps, nothing }) => steps.length === 0 && nothing === undefined))(
  'nothing is claimed where the inputs are equal: $name',
  (one) => {
    expect(explain(one)).toBeUndefined();
  },
);

test.each(cases.filter(({ nothing }) => nothing))('no explanation is invented: $name', (one) => {
  const found = explain(one);
  expect(found?.best).toBeUndefined();
  expect(found?.note).toContain('nothing that was tried explains the difference');
});
