import { join } from 'node:path';
import { BareEntries } from './bare-entries.ts';
import { readHead } from './byte-source.ts';
import { createDump } from './create-dump.ts';
import { NPY_HEAD_BYTES, readNpyHeader } from './npy-header.ts';
import { arrayName } from './npy.ts';
import type { FolderProbe, FolderReader } from './probe.ts';
import type { Dump } from './reader.ts';

/** One array a file; a name with `/` in it became a subfolder when it was saved. */
export const npyFolderReader: FolderReader = {
  kind: 'folder',
  format: 'npy-folder',
  described: 'a folder of .npy',
  recognise: (probe) => (probe.members.some(isArrayFile) ? 'extension' : undefined),
  open: openNpyFolder,
};

function openNpyFolder(probe: FolderProbe): Dump {
  const entries = new BareEntries();
  for (const member of probe.members.filter(isArrayFile)) {
    const label = `${probe.name}/${member}`;
    const source = probe.files.source(join(probe.path, member), label);
    const array = readNpyHeader(label, undefined, readHead(source, NPY_HEAD_BYTES), source.size);
    if (typeof array === 'string') entries.skip(arrayName(member), array);
    else entries.add(arrayName(member), { ...array, source }, member);
  }
  return createDump({
    format: 'npy-folder',
    name: probe.name,
    files: probe.files,
    samples: [entries.sample(0)],
    skipped: entries.skipped,
  });
}

function isArrayFile(member: string): boolean {
  return /\.npy$/i.test(member);
}
