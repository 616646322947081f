import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isLayerdiffError, LayerdiffError } from '../../shared/errors.ts';
import { entriesFrom, functionFrom, graphFrom } from './convert.ts';
import { onnx } from './proto.ts';
import { layoutOf } from './layout.ts';
import type { OnnxModel } from './model.ts';

/** Protobuf's own limit on a message; larger models keep their weights in external data. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * Reads an ONNX file. Weights stay views of the file's bytes, external data stays on disk.
 * @throws LayerdiffError `bad-file`: not readable, not ONNX, truncated.
 */
export function openModel(path: string): OnnxModel {
  return modelFromBytes(readWhole(path), path);
}

/** @param path for messages and for resolving external data; the bytes are not read from it again. */
export function modelFromBytes(bytes: Uint8Array, path: string): OnnxModel {
  try {
    const layout = layoutOf(bytes);
    const proto = onnx.ModelProto.decode(bytes);
    if (proto.graph === null || proto.graph === undefined) {
      throw new LayerdiffError('bad-file', 'holds no ONNX graph', {
        wayOut: 'give the .onnx file that torch.onnx.export wrote',
      });
    }
    return {
      path,
      folder: dirname(resolve(path)),
      bytes,
      irVersion: proto.irVersion,
      producer: proto.producerName ?? '',
      producerVersion: proto.producerVersion ?? '',
      opsets: new Map(
        (proto.opsetImport ?? []).map((opset) => [domainName(opset.domain), opset.version ?? 0]),
      ),
      metadata: entriesFrom(proto.metadataProps),
      functions: (proto.functions ?? []).map(functionFrom),
      graph: graphFrom(proto.graph),
      layout,
    };
  } catch (error) {
    throw looksLikeJson(bytes) ? isJson(path) : notOnnx(error, path);
  }
}

function domainName(domain: string | null | undefined): string {
  return domain === undefined || domain === null || domain === 'ai.onnx' ? '' : domain;
}

/** How far blanks are looked through for what a text begins with. */
const HEAD = 4096;

/** Asked only of what is no model: in a model these bytes may mean something. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD)).toString('utf8');
  return /^\ufeff?\s*[{[]/.test(head);
}

function isJson(path: string): LayerdiffError {
  return new LayerdiffError('bad-file', 'is JSON, not an ONNX model', {
    file: path,
    wayOut: 'give the .onnx file that torch.onnx.export wrote; recorded values in JSON are the reference',
  });
}

function notOnnx(error: unknown, path: string): LayerdiffError {
  if (isLayerdiffError(error)) {
    return new LayerdiffError(error.tag, error.message, {
      file: path,
      ...(error.place === undefined ? {} : { place: error.place }),
      wayOut: error.wayOut ?? 'check that the file is an ONNX model and was copied whole',
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new LayerdiffError('bad-file', `not an ONNX model, or cut off (${reason})`, {
    file: path,
    wayOut: 'check that the file is an ONNX model and was copied whole',
  });
}

function readWhole(path: string): Uint8Array {
  let file: number;
  try {
    // Without waiting: the other end of a named pipe may never come.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const message = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
    throw new LayerdiffError('bad-file', message, { file: path, wayOut: 'check the path' });
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      throw new LayerdiffError('bad-file', 'is a folder or a device, not an ONNX file', {
        file: path,
        wayOut: `give the file inside it, for example ${basename(path)}/model.onnx`,
      });
    }
    if (stat.size > MAX_FILE_BYTES) {
      throw new LayerdiffError('bad-file', `has ${stat.size} bytes, more than a protobuf message can have`, {
        file: path,
        wayOut: 'save it with external data (onnx.save(..., save_as_external_data=True))',
      });
    }
    // Shared: threads that run parts of the model see the same bytes.
    const bytes = new Uint8Array(new SharedArrayBuffer(stat.size));
    let read = 0;
    while (read < stat.size) {
      const count = readSync(file, bytes, read, stat.size - read, read);
      if (count === 0) break;
      read += count;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
