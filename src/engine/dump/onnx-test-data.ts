import { dirname, join } from 'node:path';
import { isLayerdiffError } from '../../shared/errors.ts';
import { BareEntries } from './bare-entries.ts';
import { createDump } from './create-dump.ts';
import { DecodedCache } from './decoded-cache.ts';
import { openExternalData } from './external-data.ts';
import { LIMITS } from './limits.ts';
import type { OpenFiles } from './open-files.ts';
import type { FileProbe, FileReader, FolderProbe, FolderReader, Probe } from './probe.ts';
import type { Dump, DumpSample, NamedEntry, SkippedEntry } from './reader.ts';
import { readTensorProto } from './tensor-proto.ts';

const PB = /\.pb$/i;
const NUMBERED = /^(input|output)_(\d+)$/;

/**
 * ONNX test data: `input_0.pb`, `output_0.pb`, each one tensor; several folders (`test_data_set_0`) are several
 * samples. Other `.pb` names are read as outputs, which is how ONNX Runtime dumps its nodes.
 */
export const onnxTestDataReader: FolderReader = {
  kind: 'folder',
  format: 'onnx-test-data',
  described: 'a folder of ONNX test data (.pb)',
  recognise: (probe) => (probe.members.some((name) => PB.test(name)) ? 'extension' : undefined),
  open: openFolder,
};

/** One tensor. */
export const onnxTensorReader: FileReader = {
  kind: 'file',
  format: 'onnx-test-data',
  described: 'one ONNX tensor (.pb)',
  recognise: (probe) => (probe.extension === '.pb' ? 'extension' : undefined),
  open: openOne,
};

interface Member {
  /** Path of the file, and how messages name it. */
  readonly path: string;
  readonly label: string;
  /** `input_0`: the name of tensors that have none. */
  readonly stem: string;
}

function openOne(probe: FileProbe): Dump {
  return openSamples(probe, [[{ path: probe.path, label: probe.name, stem: probe.name.replace(PB, '') }]]);
}

function openFolder(probe: FolderProbe): Dump {
  const folders = new Map<string, Member[]>();
  for (const member of probe.members.filter((name) => PB.test(name))) {
    const slash = member.lastIndexOf('/');
    const folder = member.slice(0, slash + 1);
    const stem = member.slice(slash + 1).replace(PB, '');
    const members = folders.get(folder) ?? [];
    members.push({ path: join(probe.path, member), label: `${probe.name}/${member}`, stem });
    folders.set(folder, members);
  }
  return openSamples(probe, [...folders.values()]);
}

function openSamples(probe: Probe, samples: readonly (readonly Member[])[]): Dump {
  const cache = new DecodedCache(LIMITS.decodedCacheBytes);
  const skipped: SkippedEntry[] = [];
  const isOnly = probe.kind === 'file';
  return createDump({
    format: 'onnx-test-data',
    name: probe.name,
    files: probe.files,
    samples: samples.map((members, index) => openSample(members, index, probe.files, cache, skipped, isOnly)),
    skipped,
  });
}

function openSample(
  members: readonly Member[],
  index: number,
  files: OpenFiles,
  cache: DecodedCache,
  skipped: SkippedEntry[],
  isOnly: boolean,
): DumpSample {
  const entries = new BareEntries();
  const inputs: NamedEntry[] = [];
  const outputs: NamedEntry[] = [];
  for (const { path, label, stem } of members) {
    const [, role, position] = NUMBERED.exec(stem) ?? [];
    const isNumbered = role === 'input' || role === 'output';
    const source = files.source(path, label);
    try {
      const proto = readTensorProto(source, cache, (external) =>
        openExternalData(files, dirname(path), label, external),
      );
      // An input that is passed through has the output's name: the second one goes by its file.
      const name = proto.name === '' || entries.has(proto.name) ? stem : proto.name;
      if (typeof proto.layout === 'string') {
        entries.skip(label, proto.layout);
        continue;
      }
      const place = { role: role === 'input' ? 'input' : 'output', index: Number(position ?? 0) } as const;
      const entry = entries.add(name, proto.layout, label, place);
      if (entry !== undefined && isNumbered)
        (role === 'input' ? inputs : outputs).push({ name: stem, entry });
    } catch (error) {
      // A model or another message beside the data; a numbered file must be a tensor.
      if (isNumbered || isOnly || !isLayerdiffError(error)) throw error;
      entries.skip(label, `no ONNX tensor: ${error.message}`);
    }
  }
  skipped.push(...entries.skipped);
  return entries.sample(index, inputs, outputs);
}
