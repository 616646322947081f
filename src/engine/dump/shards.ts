import { join } from 'node:path';
import { isComparableDtype } from '../../shared/dtype.ts';
import { sameDims } from '../tensor/index.ts';
import { badFile, shortName } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import type { FolderProbe } from './probe.ts';
import { dtypeNamed } from './recording.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { SafetensorsTensor } from './safetensors-header.ts';
import type { ArrayLayout } from './stored-array.ts';

/** A tensor as the manifest describes it; the shard's own header must agree. */
export interface ShardTensor {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly shard: number;
  readonly name: string;
}

interface Shard {
  readonly source: ByteSource;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
}

/** The shards of a layerdiff dump, opened one after the other with their headers checked. */
export class Shards {
  readonly #shards: readonly Shard[];

  /** @throws LayerdiffError `bad-file` naming the shard that is missing or cut short. */
  constructor(probe: FolderProbe, names: readonly string[]) {
    this.#shards = names.map((name) => {
      const label = `${probe.name}/${name}`;
      if (!probe.members.includes(name)) {
        throw badFile(
          label,
          undefined,
          'this part of the dump is missing',
          'copy the whole folder, or record again',
        );
      }
      const source = probe.files.source(join(probe.path, name), label);
      const tensors = readSafetensorsHeader(source);
      return { source, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
    });
  }

  /**
   * Where the tensor's values are, or in words why they are not read.
   * @throws LayerdiffError `bad-file` when manifest and shard do not agree.
   */
  find(tensor: ShardTensor, place: string, manifest: string): ArrayLayout | string {
    const shard = this.#shards[tensor.shard];
    if (shard === undefined) {
      throw badFile(
        manifest,
        shortName(place),
        `names shard ${tensor.shard} of ${this.#shards.length}`,
        'record again',
      );
    }
    const stored = shard.tensors.get(tensor.name);
    if (stored === undefined) {
      throw badFile(
        shard.source.file,
        shortName(tensor.name),
        'the manifest promises this tensor, it is not there',
        'the folder mixes two recordings, or was changed: record again',
      );
    }
    const dtype = dtypeNamed(tensor.dtype);
    if (dtype === undefined || !isComparableDtype(dtype)) return `the type ${tensor.dtype} is not compared`;
    if (stored.dtype !== dtype || !sameDims(stored.dims, tensor.dims)) {
      throw badFile(
        shard.source.file,
        shortName(tensor.name),
        `holds ${stored.typeName} [${stored.dims.join(', ')}], the manifest says ${dtype} [${tensor.dims.join(', ')}]`,
        'the folder mixes two recordings, or was changed: record again',
      );
    }
    return { source: shard.source, byteOffset: stored.byteOffset, dtype, dims: stored.dims };
  }
}
