import type { Lint } from '../note.ts';
import { dropoutRatio } from './dropout-ratio.ts';
import { knownBadVersions } from './known-bad-versions.ts';
import type { LintedModel } from './linted-model.ts';
import { maskConstant } from './mask-constant.ts';
import { moduleAttributes } from './module-attributes.ts';
import { opsetLint } from './opset.ts';
import { poolDivisor } from './pool-divisor.ts';
import { poolPaddingCount } from './pool-padding-count.ts';
import { poolWindowInPadding } from './pool-window-in-padding.ts';
import { random } from './random.ts';
import { resizeBefore11 } from './resize-before-11.ts';
import { resizeCubic } from './resize-cubic.ts';
import { resizeMode } from './resize-mode.ts';
import { resizeNearest } from './resize-nearest.ts';
import { roiAlign } from './roi-align.ts';
import { scatterDuplicates } from './scatter-duplicates.ts';
import { softmaxBefore13 } from './softmax-before-13.ts';
import { tracedConstant } from './traced-constant.ts';
import { trainingMode } from './training-mode.ts';

/** All lints of a model, in the order in which they are shown. */
export const MODEL_LINTS: readonly Lint<LintedModel>[] = [
  trainingMode,
  dropoutRatio,
  moduleAttributes,
  resizeMode,
  resizeNearest,
  resizeCubic,
  resizeBefore11,
  poolDivisor,
  poolPaddingCount,
  poolWindowInPadding,
  softmaxBefore13,
  roiAlign,
  maskConstant,
  scatterDuplicates,
  random,
  tracedConstant,
  opsetLint,
  knownBadVersions,
];
