import type { PromptStep, PromptStepKind } from '../../shared/prompt.ts';
import { relateTokens } from './tokens.ts';

/** What only moves, renames or lengthens the padding. */
const PADDING: ReadonlySet<PromptStepKind> = new Set<PromptStepKind>(['pad-id', 'pad-side', 'pad-length']);

/**
 * What was done to a batch of sequences of token ids: to the first that is another text, else to the first that is
 * padded otherwise. Empty where all are equal.
 * @param lengths of a deployed and of a recorded sequence.
 */
export function relateSequences(
  deployed: ArrayLike<number>,
  recorded: ArrayLike<number>,
  [length, other]: readonly [deployed: number, recorded: number],
): readonly PromptStep[] {
  if (length === 0 || other === 0) return [];
  const count = Math.min(deployed.length / length, recorded.length / other);
  const row = (all: ArrayLike<number>, at: number, size: number): number[] =>
    Array.from({ length: size }, (_, index) => all[at * size + index] ?? NaN);
  let padded: readonly PromptStep[] = [];
  for (let at = 0; at < count; at++) {
    const steps = relateTokens(row(deployed, at, length), row(recorded, at, other));
    if (!steps.every(({ kind }) => PADDING.has(kind))) return steps;
    if (padded.length === 0) padded = steps;
  }
  return padded;
}
