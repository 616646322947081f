export { sidesHypothesis } from './compare-sides.ts';
export type { Reproduction } from './reproduce-side.ts';
export { reproduceSide } from './reproduce-side.ts';
export { sideSteps } from './side-steps.ts';
