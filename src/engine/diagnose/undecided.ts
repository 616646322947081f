import type { JudgedTensor } from './judge-tensors.ts';

/** A tolerance as large as the values themselves allows any of them. */
const ANYTHING_GOES = 0.5;

/** Nodes, own error and tolerance above which a stretch within its tolerance is not called healthy by the formula alone. */
const UNDECIDED = { nodes: 32, local: 1e-3, tolerance: 1e-2 };

/**
 * Rounding of a long or ill-conditioned stretch is estimated, and the estimate grows: where error and estimate are both
 * large, neither verdict holds until runs on values moved by one rounding have shown what rounding does there.
 */
export function isUndecided({ state, stretch, judgement, isShownRounding }: JudgedTensor): boolean {
  return (
    state !== 'introduced' &&
    !isShownRounding &&
    judgement.errorShare > UNDECIDED.local &&
    (judgement.tolerance > ANYTHING_GOES ||
      (stretch.nodes.length > UNDECIDED.nodes && judgement.tolerance > UNDECIDED.tolerance))
  );
}
