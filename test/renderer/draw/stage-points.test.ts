import { describe, expect, test } from 'vitest';
import { stagePoints } from '../../../src/renderer/draw/stage-points.ts';
import type { Report } from '../../../src/shared/report.ts';

interface Given {
  /** Relative L2 of each input against what was recorded, and whether it differs. */
  readonly inputs?: readonly (readonly [error: number | undefined, differs: boolean])[];
  readonly prompts?: number;
  readonly outputs?: readonly (number | undefined)[];
  readonly effects?: readonly (readonly [error: number | undefined, reached: boolean])[];
  readonly decides?: readonly boolean[];
}

/** What the two points are made from; the rest of a report does not matter here. */
function reportOf({ inputs = [], prompts = 0, outputs = [], effects = [], decides = [] }: Given): Report {
  return {
    inputs: inputs.map(([relativeL2, differs]) => ({
      differs,
      difference: relativeL2 === undefined ? undefined : { relativeL2 },
    })),
    inputStage: {
      prompts: new Array<object>(prompts).fill({}),
      effects: effects.map(([relativeL2, reached]) => ({ relativeL2, reached })),
    },
    outputs: outputs.map((relativeL2) => ({ relativeL2 })),
    outputStage: { heads: decides.map((one) => ({ decides: one })) },
  } as unknown as Report;
}

test('without a report there are none', () => {
  expect(stagePoints(undefined)).toEqual([]);
});

describe('before the first node', () => {
  test.each<readonly [what: string, given: Given, error: number | undefined, differs: boolean]>([
    ['nothing given', { inputs: [[undefined, false]] }, undefined, false],
    ['the same given', { inputs: [[0, false]] }, 0, false],
    [
      'the worst of the inputs',
      {
        inputs: [
          [0.25, true],
          [0, false],
          [0.5, true],
        ],
      },
      0.5,
      true,
    ],
    ['another shape has no size', { inputs: [[undefined, true]] }, undefined, true],
    ['a prompt in the graph', { inputs: [[undefined, false]], prompts: 1 }, undefined, true],
    // What happens after the last node does not matter here.
    ['outputs alone', { inputs: [[0, false]], outputs: [3], decides: [true] }, 0, false],
  ])('%s', (_what, given, error, differs) => {
    expect(stagePoints(reportOf(given))[0]).toEqual({ stage: 'inputs', error, differs });
  });
});

describe('after the last node', () => {
  test.each<readonly [what: string, given: Given, error: number | undefined, differs: boolean]>([
    ['no output compared', { outputs: [undefined] }, undefined, false],
    ['the worst of the outputs', { outputs: [1e-7, undefined, 1e-3] }, 1e-3, false],
    ['a head that decides', { outputs: [1e-7], decides: [false, true] }, 1e-7, true],
    ['a head that does not', { outputs: [1e-7], decides: [false] }, 1e-7, false],
    ['an input that is felt', { outputs: [1e-7], effects: [[0.125, true]] }, 0.125, true],
    ['an input that is not', { outputs: [1e-7], effects: [[0, false]] }, 1e-7, false],
  ])('%s', (_what, given, error, differs) => {
    expect(stagePoints(reportOf(given))[1]).toEqual({ stage: 'outputs', error, differs });
  });
});
