import type { Report } from '../../shared/report.ts';

/** What lies before the first node or after the last one, as a point of the divergence profile. */
export interface StagePoint {
  readonly stage: 'inputs' | 'outputs';
  /** Relative L2 of what is fed against what was recorded, or of the outputs; undefined where there is none. */
  readonly error: number | undefined;
  readonly differs: boolean;
}

/** The first and the last point of the profile; none without a report. */
export function stagePoints(report: Report | undefined): readonly StagePoint[] {
  if (report === undefined) return [];
  const { inputs, inputStage, outputs, outputStage } = report;
  const worst = (values: readonly (number | undefined)[]): number | undefined =>
    values.reduce((most, value) => (value === undefined ? most : Math.max(most ?? 0, value)), undefined);
  return [
    {
      stage: 'inputs',
      error: worst(inputs.map(({ difference }) => difference?.relativeL2)),
      differs: inputs.some(({ differs }) => differs) || inputStage.prompts.length > 0,
    },
    {
      stage: 'outputs',
      error: worst([
        ...outputs.map(({ relativeL2 }) => relativeL2),
        ...inputStage.effects.map(({ relativeL2 }) => relativeL2),
      ]),
      differs:
        outputStage.heads.some(({ decides }) => decides) || inputStage.effects.some(({ reached }) => reached),
    },
  ];
}
