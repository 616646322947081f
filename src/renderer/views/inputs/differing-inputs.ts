import type { Report } from '../../../shared/report.ts';

/** Inputs and prompts that are not PyTorch's. */
export function differingInputs(report: Report | undefined): number {
  if (report === undefined) return 0;
  return report.inputs.filter(({ differs }) => differs).length + report.inputStage.prompts.length;
}
