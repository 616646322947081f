export type { Rows } from './rows.ts';
export { isSame, norm, rowOf } from './rows.ts';
export { relateRows } from './relate-rows.ts';
export { relateTokens } from './tokens.ts';
