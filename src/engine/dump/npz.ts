import { shortName } from './bad-file.ts';
import { BareEntries } from './bare-entries.ts';
import { createDump } from './create-dump.ts';
import { DecodedCache } from './decoded-cache.ts';
import { openMember } from './inflate.ts';
import { LIMITS } from './limits.ts';
import { NPY_HEAD_BYTES, readNpyHeader } from './npy-header.ts';
import { arrayName } from './npy.ts';
import type { FileProbe, FileReader } from './probe.ts';
import type { Dump } from './reader.ts';
import { readZipDirectory } from './zip.ts';

/** A zip archive of `.npy` arrays, stored (`savez`) or deflated (`savez_compressed`). */
export const npzReader: FileReader = {
  kind: 'file',
  format: 'npz',
  described: '.npz',
  recognise: (probe) => {
    if (probe.zip?.members.some((member) => member.name.endsWith('.npy')) === true) return 'content';
    return probe.extension === '.npz' ? 'extension' : undefined;
  },
  open: openNpz,
};

function openNpz(probe: FileProbe): Dump {
  const { source, name } = probe;
  const cache = new DecodedCache(LIMITS.decodedCacheBytes);
  const entries = new BareEntries();
  for (const member of (probe.zip ?? readZipDirectory(source)).members) {
    const arrayPath = arrayName(member.name);
    if (!member.name.endsWith('.npy')) {
      entries.skip(member.name, 'not a .npy array');
      continue;
    }
    const opened = openMember(source, member, cache);
    const place = shortName(member.name);
    const array = readNpyHeader(name, place, opened.head(NPY_HEAD_BYTES), opened.source.size);
    if (typeof array === 'string') entries.skip(arrayPath, array);
    else entries.add(arrayPath, { ...array, source: opened.source }, arrayPath);
  }
  return createDump({
    format: 'npz',
    name,
    files: probe.files,
    samples: [entries.sample(0)],
    skipped: entries.skipped,
  });
}
