import { badFile } from './bad-file.ts';
import { BareEntries } from './bare-entries.ts';
import { readHead } from './byte-source.ts';
import { createDump } from './create-dump.ts';
import { isNpy, NPY_HEAD_BYTES, readNpyHeader } from './npy-header.ts';
import type { FileProbe, FileReader } from './probe.ts';
import type { Dump } from './reader.ts';

/** One array, named like its file. */
export const npyReader: FileReader = {
  kind: 'file',
  format: 'npy',
  described: '.npy',
  recognise: (probe) => {
    if (isNpy(probe.head)) return 'content';
    return probe.extension === '.npy' ? 'extension' : undefined;
  },
  open: openNpy,
};

function openNpy(probe: FileProbe): Dump {
  const { source, name } = probe;
  const array = readNpyHeader(name, undefined, readHead(source, NPY_HEAD_BYTES), source.size);
  if (typeof array === 'string') {
    throw badFile(name, undefined, array, 'save the values as a plain array of numbers');
  }
  const entries = new BareEntries();
  entries.add(arrayName(name), { ...array, source }, name);
  return createDump({ format: 'npy', name, files: probe.files, samples: [entries.sample(0)], skipped: [] });
}

/** Name of the array in a file: `layer1.conv1.npy` holds `layer1.conv1`. */
export function arrayName(file: string): string {
  return file.replace(/\.npy$/i, '');
}
