import { readFileSync } from 'node:fs';

/** From package.json, three folders up from both src/engine/compare and build/engine/compare. */
export const TOOL_VERSION: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
