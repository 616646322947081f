export { tensorProbe } from './tensor-probe.ts';
