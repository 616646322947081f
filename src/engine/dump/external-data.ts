import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { badFile, shortName } from './bad-file.ts';
import type { ByteSource } from './byte-source.ts';
import { partOf, readBytes } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import type { OpenFiles } from './open-files.ts';
import { protobufFields } from './protobuf.ts';

/** One `StringStringEntryProto` of `TensorProto.external_data`. */
export interface ExternalData {
  readonly key: string;
  readonly value: string;
}

const KNOWN = new Set(['location', 'offset', 'length', 'checksum', 'basepath']);
const WAY_OUT = 'save the tensor again with its values inside';

export function externalDataOf(source: ByteSource): ExternalData {
  let key = '';
  let value = '';
  for (const field of protobufFields(source)) {
    if (field.kind !== 'length' || field.length > LIMITS.jsonTextBytes) continue;
    const text = new TextDecoder().decode(readBytes(source, field.start, field.length));
    if (field.number === 1) key = text;
    if (field.number === 2) value = text;
  }
  return { key, value };
}

/**
 * The bytes a tensor keeps in a file beside it: a regular file under `folder`, not reached by `..`, an absolute path
 * or a link of any kind (CVE-2022-25882, CVE-2024-27318, CVE-2026-27489, CVE-2026-34446), and all there.
 * @param owner how messages name the tensor's file
 * @throws LayerdiffError `bad-file`
 */
export function openExternalData(
  files: OpenFiles,
  folder: string,
  owner: string,
  external: readonly ExternalData[],
): ByteSource {
  const facts = new Map<string, string>();
  for (const { key, value } of external) {
    if (!KNOWN.has(key) || facts.has(key)) {
      throw badFile(owner, 'external_data', `has an unknown or repeated key "${shortName(key)}"`, WAY_OUT);
    }
    facts.set(key, value);
  }
  const location = facts.get('location') ?? '';
  const source = files.source(pathUnder(folder, location, owner), `${owner} → ${shortName(location)}`);
  const offset = wholeNumber(facts.get('offset'), 0, owner);
  const length = wholeNumber(facts.get('length'), Math.max(0, source.size - offset), owner);
  if (offset + length > source.size) {
    throw badFile(
      owner,
      'external_data',
      `ends at byte ${offset + length}, the file "${shortName(location)}" has ${source.size}`,
      'copy the data file again, beside the tensor',
    );
  }
  return partOf(source, offset, length);
}

function pathUnder(folder: string, location: string, owner: string): string {
  const isOutside =
    location === '' ||
    isAbsolute(location) ||
    location.includes('\0') ||
    location.split(/[/\\]/).includes('..');
  if (isOutside) {
    throw badFile(owner, 'external_data', `points outside its folder ("${shortName(location)}")`, WAY_OUT);
  }
  let expected: string;
  let real: string;
  try {
    expected = join(realpathSync(folder), location);
    real = realpathSync(expected);
  } catch (cause) {
    throw badFile(
      owner,
      'external_data',
      `its file "${shortName(location)}" is missing`,
      'copy it beside the tensor under that name',
      cause,
    );
  }
  const stats = lstatSync(real);
  if (real !== expected || !stats.isFile() || stats.nlink > 1) {
    throw badFile(
      owner,
      'external_data',
      `its file "${shortName(location)}" is a link, or no regular file`,
      'put the file itself beside the tensor',
    );
  }
  return real;
}

function wholeNumber(text: string | undefined, fallback: number, owner: string): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (value === undefined)
    throw badFile(owner, 'external_data', `"${shortName(text)}" is no offset or length`, WAY_OUT);
  return value;
}
