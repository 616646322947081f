export { relateMasks } from './masks.ts';
export type { Rows } from './rows.ts';
export { isParallel, isSame, norm, rowOf } from './rows.ts';
export type { Directions, SortedDirections } from './directions.ts';
export { alikeRows, directionsOf, sortedDirections } from './directions.ts';
export { MOST_ROWS, relateRows } from './relate-rows.ts';
export { relateSequences } from './sequences.ts';
export { relateTokens } from './tokens.ts';
