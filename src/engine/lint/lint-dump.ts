import type { Finding } from '../../shared/report.ts';
import type { Dump } from '../dump/index.ts';
import { DUMP_LINTS } from './dump/dump-lints.ts';
import type { DumpLintContext } from './dump/linted-dump.ts';
import { lintedDump } from './dump/linted-dump.ts';
import { findingsOf } from './note.ts';

/** What a dump gives away of how it was recorded; with the model that it is held against, of how the two fit. */
export function lintDump(dump: Dump, context: DumpLintContext = {}): Finding[] {
  return findingsOf(DUMP_LINTS, lintedDump(dump, context));
}
