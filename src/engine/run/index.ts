export type { ExecuteRequest, FedValue } from './execute.ts';
export { execute } from './execute.ts';
export type { InputType } from './facts.ts';
export { tensorFacts } from './facts.ts';
export type { OptimizationLevel, Session, SessionSettings } from './ort.ts';
export { createSession, isRuntimeDtype, runtimeVersion } from './ort.ts';
export type { Plan } from './plan.ts';
export { planSegments } from './plan.ts';
export { Arena } from './arena.ts';
