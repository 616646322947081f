import type { MessagePortMain } from 'electron/main';

export interface Ended {
  /** `exit code 1`, `SIGKILL`, `out of memory, exit code 5`. */
  readonly how: string;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** A process that main owns, of either kind. */
export interface Child {
  post(message: unknown, ports?: readonly MessagePortMain[]): void;
  onMessage(handler: (message: unknown) => void): void;
  readonly ended: Promise<Ended>;
  /** At once, whatever it is in the middle of: the runtime blocks its thread. */
  kill(): void;
}

export interface ChildOptions {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const KEPT_STDERR = 4000;

interface TextStream {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
}

/** The last words of a process, as far as they came until they are asked for. */
export function lastWords(stream: TextStream | undefined): () => string {
  const decoder = new TextDecoder();
  let text = '';
  stream?.on(
    'data',
    (chunk) => (text = (text + decoder.decode(chunk, { stream: true })).slice(-KEPT_STDERR)),
  );
  return () => text;
}

/** The last line, with paths shortened: what is said to the user names no folder of the machine. */
export function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/(?:\/[^\s/:]+)+\/([^\s/:]+)/g, '$1').slice(0, 300);
}

export function sentenceOf({ how, stderr }: Ended): string {
  const last = lastLine(stderr);
  return `the engine's process ended (${how})${last === '' ? '' : `: ${last}`}`;
}
