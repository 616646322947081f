import type { Paint } from '../engine/index.ts';
import { PLAIN } from '../engine/index.ts';

const style =
  (code: number) =>
  (text: string): string =>
    text === '' ? text : `\u001b[${code}m${text}\u001b[0m`;

const COLOUR: Paint = { bold: style(1), good: style(32), bad: style(31), dim: style(2) };

/** Colour on a terminal, unless `--no-color` or NO_COLOR (https://no-color.org) says otherwise. */
export function paintFor(stream: NodeJS.WriteStream, wanted: boolean): Paint {
  return wanted && stream.isTTY && process.env['NO_COLOR'] === undefined ? COLOUR : PLAIN;
}
