/**
 * Every failure a user can cause or meet is a `LayerdiffError`: a tag for the caller that must decide,
 * and four fields from which the one line on stderr is made. Errors cross the process boundary as plain data.
 */
export type ErrorTag =
  /** A file is not what it should be: wrong format, truncated, lying header, escaping path. */
  | 'bad-file'
  /** The command line or a map file asks for something that does not exist. */
  | 'bad-request'
  /** Candidate and reference were read, but no answer is possible. */
  | 'not-comparable'
  /** The runtime refuses the model or cannot provide what was asked (operator, provider). */
  | 'runtime'
  /** The engine process ended by itself. */
  | 'engine-died'
  | 'cancelled';

export interface ErrorFields {
  readonly file?: string;
  /** Place inside the file: a node, a tensor, a byte offset, a key. */
  readonly place?: string;
  /** What the user can do about it. */
  readonly wayOut?: string;
}

export interface WireError extends ErrorFields {
  readonly tag: ErrorTag;
  readonly message: string;
}

export class LayerdiffError extends Error {
  override readonly name = 'LayerdiffError';
  readonly tag: ErrorTag;
  readonly file: string | undefined;
  readonly place: string | undefined;
  readonly wayOut: string | undefined;

  constructor(tag: ErrorTag, message: string, fields: ErrorFields = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.tag = tag;
    this.file = fields.file;
    this.place = fields.place;
    this.wayOut = fields.wayOut;
  }
}

export function isLayerdiffError(error: unknown): error is LayerdiffError {
  return error instanceof LayerdiffError;
}

export function errorToWire(error: unknown): WireError {
  if (!isLayerdiffError(error)) {
    return { tag: 'runtime', message: error instanceof Error ? error.message : String(error) };
  }
  return {
    tag: error.tag,
    message: error.message,
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.place === undefined ? {} : { place: error.place }),
    ...(error.wayOut === undefined ? {} : { wayOut: error.wayOut }),
  };
}

export function errorFromWire(wire: WireError): LayerdiffError {
  return new LayerdiffError(wire.tag, wire.message, wire);
}

/** One line: `FILE: PLACE: what is wrong; the way out`. Control characters never reach the terminal. */
export function errorLine(error: WireError): string {
  const head = [error.file, error.place].filter((part) => part !== undefined && part !== '').join(': ');
  const body = head === '' ? error.message : `${head}: ${error.message}`;
  const line = error.wayOut === undefined ? body : `${body}; ${error.wayOut}`;
  return printable(line);
}

/**
 * Replaces control characters, terminal escapes and bidirectional overrides in text that came from a file,
 * so that a hostile name cannot move the cursor or reorder what is read.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) =>
    char === '\n' || char === '\t' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
