import { badFile, shortName } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { DecodedCache } from './decoded-cache.ts';
import { openMember } from './inflate.ts';
import { LIMITS } from './limits.ts';
import type { FileProbe } from './probe.ts';
import type { Dump } from './reader.ts';
import { createTorchDump } from './torch-dump.ts';
import { torchHost } from './torch-host.ts';
import { readPickle } from './pickle-machine.ts';
import type { TorchTensor } from './torch-tensor.ts';
import { readZipDirectory } from './zip.ts';
import type { ZipDirectory } from './zip.ts';

/** `<any folder>/data.pkl`, or `undefined` if the archive is none of torch's. */
export function pickleMemberOf(zip: ZipDirectory): string | undefined {
  return zip.members.find((member) => /^([^/]+\/)?data\.pkl$/.test(member.name))?.name;
}

/**
 * A file of `torch.save` since 1.6: a zip archive with one pickle and one stored member for each storage.
 * @throws LayerdiffError `bad-file`
 */
export function openTorchZip(probe: FileProbe): Dump {
  const { name, source } = probe;
  const zip = probe.zip ?? readZipDirectory(source);
  const pickleName = pickleMemberOf(zip);
  const pickle = pickleName === undefined ? undefined : zip.byName.get(pickleName);
  if (pickleName === undefined || pickle === undefined) {
    throw badFile(
      name,
      undefined,
      'a zip archive without data.pkl, so not written by torch.save',
      'save it again',
    );
  }
  const prefix = pickleName.slice(0, -'data.pkl'.length);
  if (
    zip.byName.has(`${prefix}constants.pkl`) ||
    zip.members.some((member) => member.name.startsWith(`${prefix}code/`))
  ) {
    throw badFile(
      name,
      undefined,
      'a TorchScript model, not recorded tensors',
      'save what its modules return: torch.save({name: tensor.detach().clone()})',
    );
  }
  if (pickle.bytes > LIMITS.pickleBytes)
    throw badFile(name, 'data.pkl', `is too large (${pickle.bytes} bytes)`);
  const cache = new DecodedCache(LIMITS.decodedCacheBytes);
  const cursor = new ByteCursor(openMember(source, pickle, cache).source, 0, 'data.pkl');
  const root = readPickle(
    cursor,
    torchHost(() => undefined),
    name,
    'data.pkl',
  );
  const bigEndian = byteOrderOf(source, zip, prefix, cache) === 'big';
  const storages = new Map<string, ByteSource>();

  const layoutOf = (tensor: TorchTensor) => {
    const { storage, dtype, dims, strides } = tensor;
    let data = storages.get(storage.key);
    if (data === undefined)
      storages.set(storage.key, (data = openStorage(source, zip, prefix, storage.key, cache)));
    const needed = (storage.offset + storage.count) * storage.type.bytes;
    if (data.size < needed) {
      throw badFile(
        name,
        shortName(`data/${storage.key}`),
        `a storage of ${data.size} bytes, where ${needed} are promised`,
        'save it again',
      );
    }
    const byteOffset = storage.offset * storage.type.bytes + tensor.offset * tensor.elementBytes;
    return { source: data, byteOffset, dtype, dims, strides, bigEndian };
  };
  return createTorchDump(probe, 'data.pkl', root, layoutOf);
}

function openStorage(
  source: ByteSource,
  zip: ZipDirectory,
  prefix: string,
  key: string,
  cache: DecodedCache,
): ByteSource {
  const member = zip.byName.get(`${prefix}data/${key}`);
  if (member === undefined) {
    throw badFile(
      source.file,
      shortName(`data/${key}`),
      'the storage of a tensor is missing',
      'save it again',
    );
  }
  return openMember(source, member, cache).source;
}

/** Written since 2.1; older files are little-endian. */
function byteOrderOf(
  source: ByteSource,
  zip: ZipDirectory,
  prefix: string,
  cache: DecodedCache,
): 'little' | 'big' {
  const member = zip.byName.get(`${prefix}byteorder`);
  if (member === undefined) return 'little';
  const text = Buffer.from(openMember(source, member, cache).head(16)).toString('latin1');
  if (text !== 'little' && text !== 'big') {
    throw badFile(source.file, 'byteorder', 'is neither "little" nor "big"', 'save it again');
  }
  return text;
}
