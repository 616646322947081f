export type { DumpLintContext } from './dump/linted-dump.ts';
export type { ModelLintContext } from './model/linted-model.ts';
export { lintDump } from './lint-dump.ts';
export { lintModel } from './lint-model.ts';
