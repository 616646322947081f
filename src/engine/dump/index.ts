/** Recorded tensors from whatever people have on disk: the only door of this folder. */
import { basename, dirname, resolve } from 'node:path';
import { badFile } from './bad-file.ts';
import { describeContent } from './describe-content.ts';
import { layerdiffReader } from './layerdiff.ts';
import { npyFolderReader } from './npy-folder.ts';
import { npyReader } from './npy.ts';
import { npzReader } from './npz.ts';
import { onnxTensorReader, onnxTestDataReader } from './onnx-test-data.ts';
import { polygraphyReader } from './polygraphy.ts';
import { probePath } from './probe.ts';
import type { DumpReader, Probe, Recognition } from './probe.ts';
import type { Dump } from './reader.ts';
import { safetensorsReader } from './safetensors.ts';
import { torchReader } from './torch.ts';

export type {
  DigestForm,
  Dump,
  DumpEntry,
  DumpFormat,
  DumpSample,
  NamedEntry,
  RecordedExport,
  RecordedModule,
  RecordedParameter,
  Recording,
  RecordingEnvironment,
  SettingValue,
  SkippedEntry,
  StageRecord,
} from './reader.ts';
export type { DumpReader } from './probe.ts';

/** All formats. The first one that knows the content wins, then the first one that knows the extension. */
export const registry: readonly DumpReader[] = [
  layerdiffReader,
  safetensorsReader,
  npyReader,
  npzReader,
  torchReader,
  polygraphyReader,
  npyFolderReader,
  onnxTestDataReader,
  onnxTensorReader,
];

/**
 * Opens a recording; this reads headers only. The caller closes it.
 * @param path a file or a folder; the `manifest.json` of a dump stands for its folder
 * @throws LayerdiffError `bad-file` for what is no dump, or a broken one
 */
export function openDump(path: string): Dump {
  const probe = probePath(basename(path) === 'manifest.json' ? dirname(resolve(path)) : path);
  try {
    return openProbe(probe);
  } catch (error) {
    probe.files.close();
    throw error;
  }
}

function openProbe(probe: Probe): Dump {
  const claims = registry.flatMap((reader) => claimOf(reader, probe) ?? []);
  const claim = claims.find(({ by }) => by === 'content') ?? claims.find(({ by }) => by === 'extension');
  if (claim !== undefined) return claim.open();
  const readable = registry.map((reader) => reader.described).join(', ');
  throw badFile(probe.name, undefined, `is no dump: ${describeContent(probe)}`, `read are: ${readable}`);
}

interface Claim {
  readonly by: Recognition;
  readonly open: () => Dump;
}

function claimOf(reader: DumpReader, probe: Probe): Claim | undefined {
  if (reader.kind === 'file' && probe.kind === 'file') {
    return { by: reader.recognise(probe), open: () => reader.open(probe) };
  }
  if (reader.kind === 'folder' && probe.kind === 'folder') {
    return { by: reader.recognise(probe), open: () => reader.open(probe) };
  }
  return undefined;
}
