export type { ModelLintContext } from './model/linted-model.ts';
export { lintModel } from './lint-model.ts';
