import { recordedEntries } from './recorded-entries.ts';

/** The float32 values of an entry of sample 0. */
export function recordedOutput(dump: string, key = '#0:output.0'): Float32Array {
  const entry = recordedEntries(dump).get(key);
  if (entry?.type !== 'float32') throw new Error(`no ${key} in ${dump}`);
  return entry.data as Float32Array;
}
