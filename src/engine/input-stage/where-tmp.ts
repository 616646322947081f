export function whereErrorLies(): [] { return []; }
