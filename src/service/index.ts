export type { EngineJob } from './engine-process.ts';
export { startEngine } from './engine-process.ts';
