/** Marks of elements. Both sides are equal, and would not be if the error were there. */
export const RIGHT = 0;
export const WRONG = 1;
/** Both hold the same bound, where an activation hides what came before it. */
export const SILENT = 2;
/** Equal, but too small for an error of the usual relative size to be seen. */
export const FAINT = 3;
