export type { Served, ServeSettings } from './serve.ts';
export { serve } from './serve.ts';
export { tunnelLine } from './tunnel.ts';
