import { badFile } from './bad-file.ts';

/** Bytes that can be read at any position: a file, a part of one, memory, or something decoded at the first read. */
export interface ByteSource {
  /** How messages name the file, e.g. `acts.npz` or `folder/conv1.npy`. */
  readonly file: string;
  readonly size: number;
  /**
   * Fills `target` with the bytes from `offset` on.
   * @throws LayerdiffError `bad-file` when the range is not all there.
   */
  read(offset: number, target: Uint8Array): void;
}

export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    file: source.file,
    size,
    read: (offset, target) => {
      checkRange(source.file, size, offset, target.length);
      source.read(start + offset, target);
    },
  };
}

export function memorySource(file: string, bytes: Uint8Array): ByteSource {
  return {
    file,
    size: bytes.length,
    read: (offset, target) => {
      checkRange(file, bytes.length, offset, target.length);
      target.set(bytes.subarray(offset, offset + target.length));
    },
  };
}

/** `decode` runs at each read, so it should keep its result (see `DecodedCache`). */
export function decodedSource(file: string, size: number, decode: () => Uint8Array): ByteSource {
  return { file, size, read: (offset, target) => memorySource(file, decode()).read(offset, target) };
}

export function readBytes(source: ByteSource, offset: number, length: number): Uint8Array {
  checkRange(source.file, source.size, offset, length);
  const bytes = new Uint8Array(length);
  source.read(offset, bytes);
  return bytes;
}

/** The first bytes, as many as there are up to `length`. */
export function readHead(source: ByteSource, length: number): Uint8Array {
  return readBytes(source, 0, Math.min(length, source.size));
}

function checkRange(file: string, size: number, offset: number, length: number): void {
  if (offset < 0 || offset + length > size) {
    throw badFile(
      file,
      `byte ${offset}`,
      `needs ${length} bytes where ${Math.max(0, size - offset)} are left`,
    );
  }
}
