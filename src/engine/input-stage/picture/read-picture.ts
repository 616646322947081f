import { isLayerdiffError } from '../../../shared/errors.ts';
import type { Picture } from './picture.ts';
import { isJpeg, readJpeg } from './read-jpeg.ts';
import { isPng, readPng } from './read-png.ts';
import { badPicture } from './refuse.ts';

/**
 * Decodes a PNG or JPEG file. Sizes are checked before anything is decoded.
 * @throws LayerdiffError `bad-file` for any other format, a damaged file or one that is too large.
 */
export function readPicture(bytes: Uint8Array, name: string): Picture {
  const read = isPng(bytes) ? readPng : isJpeg(bytes) ? readJpeg : undefined;
  if (read === undefined) throw badPicture(name, 'neither a PNG nor a JPEG file');
  try {
    return read(bytes, name);
  } catch (error) {
    if (isLayerdiffError(error)) throw error;
    throw badPicture(name, 'the picture is damaged and cannot be decoded', 'save it anew as PNG', error);
  }
}
