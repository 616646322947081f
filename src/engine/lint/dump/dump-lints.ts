import type { Lint } from '../note.ts';
import { autocast } from './autocast.ts';
import { dtype } from './dtype.ts';
import { inputShape } from './input-shape.ts';
import type { LintedDump } from './linted-dump.ts';
import { missingInputs } from './missing-inputs.ts';
import { oneSample } from './one-sample.ts';
import { overwritten } from './overwritten.ts';
import { reusedModule } from './reused-module.ts';
import { tf32 } from './tf32.ts';
import { training } from './training.ts';

/** All lints of a dump, in the order in which they are shown. */
export const DUMP_LINTS: readonly Lint<LintedDump>[] = [
  overwritten,
  training,
  tf32,
  autocast,
  reusedModule,
  inputShape,
  missingInputs,
  dtype,
  oneSample,
];
