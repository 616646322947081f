import { isDifferent } from './as-deployed.ts';
import type { CompareContext } from './context.ts';
import type { Ignored } from './ignored.ts';
import { parseIgnoreWhere, whileIgnoring } from './ignored.ts';
import type { FedInput } from './inputs.ts';
import { differenceOf } from './inputs.ts';

/**
 * Inputs compared without the positions that `--ignore-where` leaves out. The mask that says which those are is compared
 * as a whole, and where the deployed one is another nothing is left out: that side reads other positions.
 */
export function keptInputs(
  context: CompareContext,
  inputs: readonly FedInput[],
  ignored: Ignored | undefined,
): readonly FedInput[] {
  const { ignoreWhere } = context.options;
  if (ignored === undefined || ignoreWhere === undefined) return inputs;
  const mask = parseIgnoreWhere(ignoreWhere).input;
  if (inputs.some((input) => input.name === mask && isDifferent(input))) return inputs;
  return inputs.map((input) => {
    const { name, tensor, deployed, difference } = input;
    if (deployed === undefined || difference === undefined || name === mask) return input;
    const own = { ...deployed, bytes: deployed.bytes.slice() };
    const compared = whileIgnoring(own, tensor, ignored, () => ({ ...own, bytes: own.bytes.slice() }));
    const kept = differenceOf(context, compared, tensor);
    if (kept === undefined) return input;
    return { ...input, compared, difference: kept, leftOut: difference.unequal - kept.unequal };
  });
}
