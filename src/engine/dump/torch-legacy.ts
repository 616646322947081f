import { badFile, shortName } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import { readPickle } from './pickle-machine.ts';
import type { PickleValue, StorageRef } from './pickle-value.ts';
import type { FileProbe } from './probe.ts';
import type { Dump } from './reader.ts';
import { createTorchDump } from './torch-dump.ts';
import { torchHost } from './torch-host.ts';
import { textOf } from './numpy-pickle.ts';
import type { TorchTensor } from './torch-tensor.ts';

/** The first pickle of such a file is this number, little-endian, behind PROTO and LONG1. */
const MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19] as const;

export function isLegacyTorch(head: Uint8Array): boolean {
  if (head[0] !== 0x80) return false;
  const start = Buffer.from(head.subarray(0, 32)).indexOf(Buffer.from(MAGIC));
  return start > 0;
}

/**
 * A file of `torch.save` before 1.6: pickles of the magic number, the protocol, facts of the machine, the object and
 * the keys of its storages, then for each storage the number of its elements (8 bytes) and its bytes, little-endian.
 * @throws LayerdiffError `bad-file`
 */
export function openTorchLegacy(probe: FileProbe): Dump {
  const { name, source } = probe;
  const cursor = new ByteCursor(source);
  const referred = new Map<string, StorageRef>();
  const host = torchHost((storage) => {
    if (!referred.has(storage.key)) referred.set(storage.key, storage);
  });
  const next = (part: string): PickleValue => readPickle(cursor, host, name, part);
  for (const part of ['magic number', 'protocol', 'facts of the machine']) next(part);
  const root = next('pickle');
  const offsets = storageOffsets(cursor, next('storage keys'), referred, name);

  const layoutOf = (tensor: TorchTensor) => {
    const { storage, dtype, dims, strides } = tensor;
    const data = offsets.get(storage.key);
    const needed = (storage.offset + storage.count) * storage.type.bytes;
    if (data === undefined || data.bytes < needed) {
      throw badFile(
        name,
        `storage ${shortName(storage.key)}`,
        `has ${data?.bytes ?? 0} bytes, where ${needed} are promised`,
        'save it again',
      );
    }
    const byteOffset = data.start + storage.offset * storage.type.bytes + tensor.offset * tensor.elementBytes;
    return { source, byteOffset, dtype, dims, strides };
  };
  return createTorchDump(probe, 'pickle', root, layoutOf);
}

function storageOffsets(
  cursor: ByteCursor,
  keys: PickleValue,
  referred: ReadonlyMap<string, StorageRef>,
  file: string,
): Map<string, { start: number; bytes: number }> {
  const offsets = new Map<string, { start: number; bytes: number }>();
  if (keys.kind !== 'list') throw badFile(file, 'storage keys', 'are no list', 'save it again');
  for (const item of keys.items) {
    const key = textOf(item) ?? '';
    const storage = referred.get(key);
    if (storage === undefined)
      throw badFile(file, `storage ${shortName(key)}`, 'belongs to no tensor', 'save it again');
    const bytes = Number(cursor.bytes(8).readBigInt64LE()) * storage.type.bytes;
    if (bytes < 0 || bytes > cursor.remaining) {
      throw badFile(
        file,
        `storage ${shortName(key)}`,
        `claims ${bytes} bytes where ${cursor.remaining} are left`,
        'it is cut short: copy or save it again',
      );
    }
    offsets.set(key, { start: cursor.position, bytes });
    cursor.skip(bytes);
  }
  return offsets;
}
