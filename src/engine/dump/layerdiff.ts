import { join } from 'node:path';
import { badFile, shortName } from './bad-file.ts';
import { readBytes } from './byte-source.ts';
import { createDump } from './create-dump.ts';
import { LIMITS } from './limits.ts';
import { MANIFEST } from './manifest-schema.ts';
import type { Manifest, ManifestEntry, ManifestParameter, ManifestSample } from './manifest-schema.ts';
import type { FolderProbe, FolderReader } from './probe.ts';
import type { Dump, DumpEntry, DumpSample, NamedEntry, SkippedEntry } from './reader.ts';
import { recordingOf } from './recording.ts';
import { Shards } from './shards.ts';
import { stageOf } from './stages.ts';
import { StoredArray } from './stored-array.ts';

const MANIFEST_NAME = 'manifest.json';
const SHARD = /^tensors-\d+\.safetensors$/;

/** The recorder's folder: a manifest and shards (`docs/dump-format.md`). */
export const layerdiffReader: FolderReader = {
  kind: 'folder',
  format: 'layerdiff',
  described: 'a layerdiff dump folder',
  recognise: (probe) =>
    probe.members.some((member) => member === MANIFEST_NAME || SHARD.test(member)) ? 'content' : undefined,
  open: openLayerdiff,
};

function openLayerdiff(probe: FolderProbe): Dump {
  const manifest = readManifest(probe);
  const file = `${probe.name}/${MANIFEST_NAME}`;
  const shards = new Shards(probe, manifest.shards);
  const skipped: SkippedEntry[] = [];
  const isModulePath = manifest.granularity !== 'session';
  const openAs = (key: string, entry: ManifestEntry, isReferee: boolean): DumpEntry | undefined => {
    const layout = shards.find(entry, key, file);
    if (typeof layout === 'string') {
      if (!isReferee) skipped.push({ name: key, reason: layout });
      return undefined;
    }
    return {
      key,
      path: entry.path,
      call: entry.call,
      role: entry.role,
      index: entry.index,
      isModulePath,
      op: entry.op,
      dtype: layout.dtype,
      dims: layout.dims,
      storage: `${entry.shard}:${entry.name}`,
      locator: new StoredArray(layout),
    };
  };
  const open = (entry: ManifestEntry, isReferee: boolean): DumpEntry | undefined =>
    openAs(isModulePath ? recordedKey(entry) : entry.path, entry, isReferee);
  const openStage = (entry: ManifestEntry, key: string): DumpEntry | undefined => {
    const opened = openAs(key, entry, false);
    return opened && { ...opened, isModulePath: false };
  };
  const samples = manifest.samples.map((sample, index) => {
    const opened = {
      ...openSample(sample, index, open, skipped, file),
      pre: stageOf(sample.pre, 'pre', openStage),
      post: stageOf(sample.post, 'post', openStage),
    };
    if (sample.referee_missing != null) {
      skipped.push({ name: `float64 run of sample ${index}`, reason: sample.referee_missing });
    }
    return opened;
  });
  return createDump({
    format: 'layerdiff',
    name: probe.name,
    files: probe.files,
    samples,
    skipped,
    recording: recordingOf(manifest, (parameter) => valuesOf(parameter, shards, file)),
  });
}

function openSample(
  sample: ManifestSample,
  index: number,
  open: (entry: ManifestEntry, isReferee: boolean) => DumpEntry | undefined,
  skipped: SkippedEntry[],
  file: string,
): Omit<DumpSample, 'pre' | 'post'> {
  const byKey = new Map<string, DumpEntry>();
  // Differs from the key only in a session's dump, where entries go by the name of their tensor.
  const byRecordedKey = new Map<string, DumpEntry>();
  for (const entry of sample.entries) {
    const opened = open(entry, false);
    if (opened === undefined) continue;
    if (byKey.has(opened.key)) {
      throw badFile(file, shortName(opened.key), 'is recorded twice in one sample', 'record again');
    }
    byKey.set(opened.key, opened);
    byRecordedKey.set(recordedKey(entry), opened);
  }
  skipped.push(...sample.skipped);
  const left = new Set(skipped.map((entry) => entry.name));
  const named = (names: ManifestSample['inputs']): NamedEntry[] =>
    names.flatMap(({ name, key }) => {
      const entry = byKey.get(key) ?? byRecordedKey.get(key);
      if (entry !== undefined) return [{ name, entry }];
      if (left.has(key) || isLeftOut(key, sample)) return [];
      throw badFile(
        file,
        shortName(name),
        `stands for "${shortName(key)}", which sample ${index} does not hold`,
        'record again',
      );
    });
  return {
    index,
    entries: [...byKey.values()],
    inputs: named(sample.inputs),
    outputs: named(sample.outputs),
    referee: sample.referee?.flatMap((entry) => open(entry, true) ?? []),
  };
}

/** A recording that stopped early skips `""`; a part of a value is skipped as `head#0:output.extra`. */
function isLeftOut(key: string, sample: ManifestSample): boolean {
  const value = key.slice(0, key.lastIndexOf('.') + 1);
  return sample.skipped.some(({ name }) => name === '' || (value !== '' && name.startsWith(value)));
}

function recordedKey(entry: ManifestEntry): string {
  const of = entry.op === undefined ? entry.role : `${entry.op}/${entry.op_call ?? 0}`;
  return `${entry.path}#${entry.call}:${of}.${entry.index}`;
}

/** Present with full weights. */
function valuesOf(parameter: ManifestParameter, shards: Shards, file: string): DumpEntry | undefined {
  const { name, dtype, dims, shard, key } = parameter;
  if (shard == null || key == null) return undefined;
  const layout = shards.find({ dtype, dims, shard, name: key }, name, file);
  if (typeof layout === 'string') return undefined;
  return {
    key: name,
    path: name,
    call: 0,
    role: 'output',
    index: 0,
    isModulePath: false,
    op: undefined,
    dtype: layout.dtype,
    dims: layout.dims,
    storage: `${shard}:${key}`,
    locator: new StoredArray(layout),
  };
}

function readManifest(probe: FolderProbe): Manifest {
  if (!probe.members.includes(MANIFEST_NAME)) {
    throw badFile(
      probe.name,
      undefined,
      `the recording did not finish: its tensors are here, ${MANIFEST_NAME} (written last) is not`,
      'record again, and close the recorder before the program ends',
    );
  }
  const file = `${probe.name}/${MANIFEST_NAME}`;
  const source = probe.files.source(join(probe.path, MANIFEST_NAME), file);
  if (source.size > LIMITS.manifestBytes)
    throw badFile(file, undefined, `is too large (${source.size} bytes)`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readBytes(source, 0, source.size)));
  } catch (cause) {
    throw badFile(file, undefined, 'is not JSON', 'it is cut short or was edited: record again', cause);
  }
  const parsed = MANIFEST.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.map(String).join('.');
  if (place === 'schema') {
    throw badFile(
      file,
      'schema',
      'is not "layerdiff.dump/1"',
      'give a folder written by the recorder of this version',
    );
  }
  throw badFile(file, shortName(place ?? ''), issue?.message ?? 'does not fit the format', 'record again');
}
