export type { AliasDifference, DifferingWeight, Evidence, Measured, Spread } from './evidence.ts';
export type { JudgedTensor } from './judge-tensors.ts';
export { judgeTensors } from './judge-tensors.ts';
export { amplifiersOf, pathsOf } from './paths.ts';
export { locate } from './sites.ts';
export type { KnownValue } from './tolerance.ts';
export { judge } from './tolerance.ts';
export type { VerdictFacts } from './verdict.ts';
export { verdictOf } from './verdict.ts';
