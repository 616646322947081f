import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `512MiB`, `2G`, `800000`: bytes, binary units. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('give a size such as 512MiB or 2GiB');
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('give a number of at least 0');
  return value;
}

export function parseShare(text: string): number {
  const value = parseNumber(text);
  if (value > 1) throw new InvalidArgumentError('give a share between 0 and 1');
  return value;
}

export function parseCount(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('give a whole number');
  return value;
}

export function parsePort(text: string): number {
  const value = parseCount(text);
  if (value > 65535) throw new InvalidArgumentError('give a port below 65536');
  return value;
}

/** Threads beyond a few for each processor only cost: thousands take minutes to start. */
export function parseThreads(text: string): number {
  const value = parseCount(text);
  const most = 4 * availableParallelism();
  if (value > most) throw new InvalidArgumentError(`give at most ${most} on this machine`);
  return value;
}

/** `all` or the number of one sample. */
export function parseSample(text: string): number | 'all' {
  return text === 'all' ? text : parseCount(text);
}
