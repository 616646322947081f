/** Writers of small files, sound or lying, for what no library would write. */
import { crc32 } from 'node:zlib';

export function safetensorsBytes(
  header: string,
  dataBytes: number,
  claimed = Buffer.byteLength(header),
): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

export function npyBytes(header: string, dataBytes: number, version = 1): Uint8Array {
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([magic, length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

interface ZipLies {
  readonly method?: number;
  /** Size without compression, in the directory. */
  readonly bytes?: number;
}

export function storedZip(members: Readonly<Record<string, Uint8Array>>, lies: ZipLies = {}): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(members)) {
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(lies.method ?? 0, 4);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(lies.bytes ?? data.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\0\0'), facts, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end]);
}

/** A float32 tensor of storage `0` as torch.save pickles it. */
export function pickledTensor(
  storageCount: number,
  offset: number,
  dims: readonly number[],
  strides: readonly number[],
): Uint8Array {
  const tuple = (numbers: readonly number[]) => `(${numbers.map((value) => `I${value}\n`).join('')}t`;
  const storage = `(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI${storageCount}\ntQ`;
  const program = `\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(${storage}I${offset}\n${tuple(dims)}${tuple(strides)}\x89NtR.`;
  return Buffer.from(program, 'latin1');
}
