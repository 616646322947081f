import type { PromptStep } from '../../shared/prompt.ts';

/**
 * What was done to a recorded mask of 0 and 1 to get the deployed one, where that is no matter of where the text stands:
 * the other way round, or another number of positions. Empty for anything else.
 */
export function relateMasks(deployed: ArrayLike<number>, recorded: ArrayLike<number>): PromptStep[] {
  const count = recorded.length;
  let [own, theirs, unequal] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const [a, b] = [deployed[at] ?? NaN, recorded[at] ?? NaN];
    if ((a !== 0 && a !== 1) || (b !== 0 && b !== 1)) return [];
    own += a;
    theirs += b;
    if (a !== b) unequal++;
  }
  const isOneValue = theirs === 0 || theirs === count;
  if (deployed.length !== count || unequal === 0 || (isOneValue && unequal === count)) return [];
  if (unequal === count)
    return [step('0 and 1 are the other way round', "give PyTorch's mask, not its complement")];
  if (own === theirs) return [];
  const whole =
    own === count ? '1 throughout, so that nothing is left out' : `1 at ${own} of ${count} positions`;
  return [step(`${whole}, where PyTorch's is 1 at ${theirs}`, 'make the mask from the same padding')];
}

function step(text: string, fix: string): PromptStep {
  return { kind: 'mask', text, fix, deployed: [], recorded: [] };
}
