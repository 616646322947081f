import { badFile } from './bad-file.ts';
import { BareEntries } from './bare-entries.ts';
import { createDump } from './create-dump.ts';
import { PickleRefusal, RE_SAVE } from './pickle-refusal.ts';
import type { PickleValue } from './pickle-value.ts';
import type { FileProbe } from './probe.ts';
import type { Dump } from './reader.ts';
import type { ArrayLayout } from './stored-array.ts';
import { flattenTensors } from './torch-flatten.ts';
import type { TorchTensor } from './torch-tensor.ts';

/**
 * The dump of a file whose pickle was read.
 * @param part how messages name the pickle
 * @param layoutOf where a tensor's elements are in the file
 */
export function createTorchDump(
  probe: FileProbe,
  part: string,
  root: PickleValue,
  layoutOf: (tensor: TorchTensor) => ArrayLayout,
): Dump {
  const { name, files } = probe;
  const entries = new BareEntries();
  // A tensor saved by itself is named like its file.
  const rootName = name.replace(/\.(pt|pth|bin)$/i, '');
  try {
    flattenTensors(root, entries, { file: name, rootName, layoutOf });
  } catch (error) {
    if (!(error instanceof PickleRefusal)) throw error;
    throw badFile(name, part, error.message, error.wayOut ?? RE_SAVE);
  }
  return createDump({ format: 'torch', name, files, samples: [entries.sample(0)], skipped: entries.skipped });
}
