import type { Report } from '../../../shared/report.ts';

/** Heads that decide otherwise on the two sides. */
export function differingHeads(report: Report | undefined): number {
  return report?.outputStage.heads.filter(({ state }) => state === 'differs').length ?? 0;
}
