import { BareEntries } from './bare-entries.ts';
import { createDump } from './create-dump.ts';
import type { FileProbe, FileReader } from './probe.ts';
import type { Dump } from './reader.ts';
import { isSafetensors, readSafetensorsHeader, skippedTypeReason } from './safetensors-header.ts';

export const safetensorsReader: FileReader = {
  kind: 'file',
  format: 'safetensors',
  described: '.safetensors',
  recognise: (probe) => {
    if (isSafetensors(probe.head)) return 'content';
    return probe.extension === '.safetensors' ? 'extension' : undefined;
  },
  open: openSafetensors,
};

function openSafetensors(probe: FileProbe): Dump {
  const { source, name } = probe;
  const entries = new BareEntries();
  for (const tensor of readSafetensorsHeader(source)) {
    const { dtype, dims, byteOffset } = tensor;
    if (dtype === undefined) entries.skip(tensor.name, skippedTypeReason(tensor.typeName));
    else entries.add(tensor.name, { source, byteOffset, dtype, dims }, tensor.name);
  }
  return createDump({
    format: 'safetensors',
    name,
    files: probe.files,
    samples: [entries.sample(0)],
    skipped: entries.skipped,
  });
}
