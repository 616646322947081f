import type { Report } from '../shared/report.ts';

/** Exit status (README, "Exit status"). */
export const EXIT = { clean: 0, fault: 1, unanswerable: 2, engineDied: 3, interrupted: 130 } as const;

export type FailOn = 'fault' | 'difference' | 'never';

/** @param failOn `difference` also fails on any graph output outside atol/rtol; `never` leaves only 2 and 3. */
export function exitStatus(report: Report, failOn: FailOn): number {
  if (report.verdict.kinds.includes('not-comparable')) return EXIT.unanswerable;
  if (failOn === 'never') return EXIT.clean;
  if (report.verdict.kind !== 'no-fault') return EXIT.fault;
  const outside = report.outputs.some((output) => output.withinTolerance === false);
  return failOn === 'difference' && outside ? EXIT.fault : EXIT.clean;
}
