import { LayerdiffError, printable } from '../../../shared/errors.ts';
import { MOST_PIXELS } from './picture.ts';

/** The one error of this folder: what is wrong with the picture file. */
export function badPicture(name: string, message: string, wayOut?: string, cause?: unknown): LayerdiffError {
  return new LayerdiffError(
    'bad-file',
    message,
    { file: printable(name), wayOut: wayOut ?? 'give the picture as a PNG or JPEG file' },
    cause,
  );
}

/** @throws LayerdiffError for sizes that no picture to be compared has; called before anything is decoded. */
export function checkSize(name: string, width: number, height: number): void {
  if (width < 1 || height < 1) throw badPicture(name, `a picture of ${width} × ${height} pixels`);
  if (width * height > MOST_PIXELS) {
    throw badPicture(
      name,
      `a picture of ${width} × ${height} pixels; at most ${MOST_PIXELS} are read`,
      'give the picture that was fed, or a smaller one',
    );
  }
}
