import { badFile } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { readBytes } from './byte-source.ts';

/** Decoded at a time; a multiple of 3, so that every piece begins at a group of four characters. */
const PIECE_BYTES = 3 * 256 * 1024;

/**
 * The bytes behind a base64 text that lies in a file: four characters are three bytes, so any range can be read.
 * `undefined` where the length is none that base64 has.
 */
export function base64Source(source: ByteSource, start: number, length: number): ByteSource | undefined {
  if (length % 4 !== 0) return undefined;
  const padding = length === 0 ? 0 : paddingOf(readBytes(source, start + length - 2, 2));
  const size = (length / 4) * 3 - padding;
  return {
    file: source.file,
    size,
    read: (offset, target) => {
      if (offset + target.length > size) {
        throw badFile(source.file, `byte ${start}`, 'the base64 text is too short', 'save it again');
      }
      for (let done = 0; done < target.length;) {
        const group = Math.floor((offset + done) / 3);
        const lead = offset + done - group * 3;
        const wanted = Math.min(target.length - done, PIECE_BYTES - lead);
        const groups = Math.ceil((lead + wanted) / 3);
        const text = Buffer.from(readBytes(source, start + group * 4, groups * 4)).toString('latin1');
        const bytes = Buffer.from(text, 'base64');
        if (bytes.length < lead + wanted) {
          throw badFile(
            source.file,
            `byte ${start + group * 4}`,
            'is not base64',
            'it is damaged: save it again',
          );
        }
        target.set(bytes.subarray(lead, lead + wanted), done);
        done += wanted;
      }
    },
  };
}

function paddingOf(last: Uint8Array): number {
  return (last[0] === 0x3d ? 1 : 0) + (last[1] === 0x3d ? 1 : 0);
}
