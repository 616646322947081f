import { checkedByteLength } from '../tensor/index.ts';
import { badFile } from './bad-file.ts';
import { LIMITS } from './limits.ts';
import { numpyDtypeOf } from './numpy-dtype.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { PythonLiteral } from './python-literal.ts';
import type { ArrayLayout } from './stored-array.ts';

/**
 * The `.npy` format, versions 1 to 3.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export const NPY_HEAD_BYTES = LIMITS.npyHeaderBytes + 12;
const WAY_OUT = 'write it again with numpy.save';

export function isNpy(head: Uint8Array): boolean {
  return head[0] === 0x93 && head[1] === 0x4e && head[2] === 0x55 && head[3] === 0x4d && head[4] === 0x50;
}

/** What the header says besides where the bytes are read from; or in words why the array is not read. */
export type NpyArray = Omit<ArrayLayout, 'source'> | string;

/**
 * @param head the first bytes of the array, `NPY_HEAD_BYTES` of them or all there are
 * @param size bytes of header and data together
 * @throws LayerdiffError `bad-file` for a header that is none, or claims more data than there are
 */
export function readNpyHeader(
  file: string,
  place: string | undefined,
  head: Uint8Array,
  size: number,
): NpyArray {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = head[6];
  const isLong = version === 2 || version === 3;
  const start = isLong ? 12 : 10;
  if (!isNpy(head) || head.length < start) {
    throw badFile(file, place, 'is not a .npy array: its first bytes are not "\\x93NUMPY"', WAY_OUT);
  }
  if (version !== 1 && !isLong) throw badFile(file, place, `.npy version ${version} is not known`, WAY_OUT);
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > LIMITS.npyHeaderBytes) {
    throw badFile(
      file,
      place,
      `its header claims ${length} bytes, more than ${LIMITS.npyHeaderBytes}`,
      WAY_OUT,
    );
  }
  const byteOffset = start + length;
  if (byteOffset > head.length) throw badFile(file, place, 'ends inside its header', WAY_OUT);
  // Versions 1 and 2 are latin-1, version 3 is UTF-8; they differ only in field names, which are not needed.
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(head.subarray(start, byteOffset));
  const header = fieldsOf(text);
  if (header === undefined)
    throw badFile(file, place, 'its header is not the dict that numpy writes', WAY_OUT);
  if (header.descr === undefined) return 'a structured array (fields with names) is not one tensor';
  const type = numpyDtypeOf(header.descr);
  if (typeof type === 'string') return type;
  const { dtype, bigEndian } = type;
  const bytes = checkedByteLength(dtype, header.dims);
  if (bytes === undefined) {
    throw badFile(file, place, `its shape [${header.dims.join(', ')}] is not possible`, WAY_OUT);
  }
  if (byteOffset + bytes > size) {
    throw badFile(
      file,
      place,
      `its header promises ${bytes} bytes of data, ${size - byteOffset} are there`,
      'it was cut short: copy or write it again',
    );
  }
  return {
    byteOffset,
    dtype,
    dims: header.dims,
    bigEndian,
    ...(header.fortranOrder ? { strides: columnMajorStrides(header.dims) } : {}),
  };
}

interface Header {
  /** `undefined` for a list of fields. */
  readonly descr: string | undefined;
  readonly fortranOrder: boolean;
  readonly dims: readonly number[];
}

function fieldsOf(text: string): Header | undefined {
  const header = parsePythonLiteral(text);
  if (header?.kind !== 'dict') return undefined;
  const descr = header.items.get('descr');
  const order = header.items.get('fortran_order');
  const dims = numbersOf(header.items.get('shape'));
  if (descr === undefined || order?.kind !== 'boolean' || dims === undefined) return undefined;
  if (descr.kind !== 'text' && descr.kind !== 'sequence') return undefined;
  return { descr: descr.kind === 'text' ? descr.value : undefined, fortranOrder: order.value, dims };
}

function numbersOf(literal: PythonLiteral | undefined): number[] | undefined {
  if (literal?.kind !== 'sequence') return undefined;
  const numbers = literal.items.flatMap((item) => (item.kind === 'number' ? [item.value] : []));
  return numbers.length === literal.items.length ? numbers : undefined;
}

/** First axis fastest. */
export function columnMajorStrides(dims: readonly number[]): number[] {
  let stride = 1;
  return dims.map((dim) => {
    const own = stride;
    stride *= dim;
    return own;
  });
}
