import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { LayerdiffError } from '../../shared/errors.ts';
import { byteLength } from '../tensor/index.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';

type External = Extract<OnnxTensor['data'], { kind: 'external' }>;

/**
 * Checks a tensor's external data without reading it: a regular file under the model's folder, not reached by
 * `..`, an absolute path or a link, and long enough. (CVE-2022-25882, CVE-2024-27318, CVE-2026-27489, CVE-2026-34446.)
 * @throws LayerdiffError `bad-file` naming the model, the tensor and what is wrong.
 */
export function checkExternalData(model: OnnxModel, tensor: OnnxTensor, data: External): void {
  const opened = openExternal(model, tensor, data);
  closeSync(opened.file);
}

/** Reads just the tensor's range. Same checks and errors as `checkExternalData`. */
export function readExternalData(model: OnnxModel, tensor: OnnxTensor, data: External): Uint8Array {
  const { file, length } = openExternal(model, tensor, data);
  try {
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const count = readSync(file, bytes, read, length - read, data.offset + read);
      if (count === 0) throw refuse(model, tensor, `the file ${data.location} ended early`);
      read += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function openExternal(
  model: OnnxModel,
  tensor: OnnxTensor,
  data: External,
): { file: number; length: number } {
  const { location } = data;
  if (location === '' || isAbsolute(location) || location.split(/[/\\]/).includes('..')) {
    throw refuse(model, tensor, `external data at "${location}" is outside the model's folder`);
  }
  let path: string;
  let folder: string;
  try {
    folder = realpathSync(model.folder);
    path = realpathSync(join(folder, location));
  } catch {
    throw refuse(
      model,
      tensor,
      `external data file "${location}" is missing`,
      'copy it beside the model under that name',
    );
  }
  if (path !== join(folder, location)) {
    const where = path.startsWith(folder + sep)
      ? 'is a link'
      : "is a link that leads out of the model's folder";
    throw refuse(
      model,
      tensor,
      `external data file "${location}" ${where}`,
      'put the file itself beside the model',
    );
  }
  // Without waiting: the other end of a named pipe may never come.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stat = fstatSync(file);
  const expected =
    tensor.dtype === undefined ? undefined : byteLength({ dtype: tensor.dtype, dims: tensor.dims });
  const length = data.length ?? expected ?? 0;
  const problem = !stat.isFile()
    ? `external data "${location}" is not a regular file`
    : stat.nlink > 1
      ? `external data file "${location}" has more than one hard link`
      : expected !== undefined && length !== expected
        ? `external data has ${length} bytes, the shape needs ${expected}`
        : data.offset + length > stat.size
          ? `external data ends at byte ${data.offset + length}, the file "${location}" has ${stat.size}`
          : undefined;
  if (problem !== undefined) {
    closeSync(file);
    throw refuse(model, tensor, problem, 'copy the data file again, beside the model');
  }
  return { file, length };
}

function refuse(model: OnnxModel, tensor: OnnxTensor, message: string, wayOut?: string): LayerdiffError {
  return new LayerdiffError('bad-file', message, {
    file: model.path,
    place: `tensor ${tensor.name}`,
    wayOut: wayOut ?? 'save the model again with its data beside it',
  });
}
