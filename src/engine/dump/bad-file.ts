import { LayerdiffError } from '../../shared/errors.ts';

/** What every reader throws: a file that is not what it should be, the place in it, and the way out. */
export function badFile(
  file: string,
  place: string | undefined,
  message: string,
  wayOut?: string,
  cause?: unknown,
): LayerdiffError {
  return new LayerdiffError(
    'bad-file',
    message,
    { file, ...(place === undefined ? {} : { place }), ...(wayOut === undefined ? {} : { wayOut }) },
    cause,
  );
}

/** A name from a file, short enough for one line of a message. */
export function shortName(name: string): string {
  return name.length <= 120 ? name : `${name.slice(0, 117)}…`;
}
