/**
 * One message as one binary frame, for carriers without structured clone (WebSocket): u32 little-endian header length,
 * JSON header, then the raw bytes of the typed arrays, each at a multiple of 8. What JSON does not have (NaN,
 * infinities, −0, undefined in arrays, typed arrays) are strings that begin with U+0001; such strings themselves get one
 * more. A field that is undefined is left out, as JSON does.
 */
/** In every host of JavaScript, though its library does not declare them. */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}

const MARK = '\u0001';

const KINDS = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const;
type Kind = keyof typeof KINDS;
type Numbers = InstanceType<(typeof KINDS)[Kind]>;

interface Header {
  readonly value: unknown;
  readonly arrays: readonly (readonly [Kind, number])[];
}

const UNFINITE: ReadonlyMap<string, number | undefined> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
  ['undefined', undefined],
]);

/** @throws Error for a typed array of a kind that frames do not carry. */
export function encodeFrame(message: unknown): Uint8Array {
  const arrays: Numbers[] = [];
  // In a list, because a field that is undefined would be left out.
  const list = JSON.stringify([message], function (this: unknown, _key, value: unknown): unknown {
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0) ? value : MARK + unfinite(value);
    if (typeof value === 'string') return value.startsWith(MARK) ? MARK + value : value;
    if (value === undefined) return Array.isArray(this) ? `${MARK}undefined` : undefined;
    if (!ArrayBuffer.isView(value)) return value;
    return `${MARK}#${arrays.push(value as Numbers) - 1}`;
  });
  const kinds = JSON.stringify(arrays.map((array) => [kindOf(array), array.byteLength]));
  const head = new TextEncoder().encode(`{"value":${list.slice(1, -1)},"arrays":${kinds}}`);
  let length = align(4 + head.length);
  const offsets = arrays.map((array) => {
    const offset = length;
    length = align(length + array.byteLength);
    return offset;
  });
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  arrays.forEach((array, index) =>
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[index] ?? 0),
  );
  return frame;
}

/**
 * Typed arrays of the result are views of `frame` where it is aligned, which frames from a socket are.
 * @throws Error when the frame is not one.
 */
export function decodeFrame(frame: Uint8Array): unknown {
  // Not `slice`: a Node Buffer's gives a view.
  const bytes = frame.byteOffset % 8 === 0 ? frame : new Uint8Array(frame);
  if (bytes.byteLength < 4) throw new Error('a frame of less than 4 bytes');
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + headLength > bytes.byteLength) throw new Error('a frame shorter than its header says');
  const views: Numbers[] = [];
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + headLength));
  const header = JSON.parse(text) as Header;
  let offset = align(4 + headLength);
  for (const [kind, byteLength] of header.arrays) {
    if (!Object.hasOwn(KINDS, kind)) throw new Error('a frame with an array of unknown kind');
    const create = KINDS[kind];
    if (!Number.isSafeInteger(byteLength) || byteLength < 0 || byteLength % create.BYTES_PER_ELEMENT !== 0)
      throw new Error('a frame with an array of impossible length');
    if (offset + byteLength > bytes.byteLength) throw new Error('a frame whose arrays are not in it');
    views.push(
      new create(
        bytes.buffer as ArrayBuffer,
        bytes.byteOffset + offset,
        byteLength / create.BYTES_PER_ELEMENT,
      ),
    );
    offset = align(offset + byteLength);
  }
  return revive(header.value, views);
}

/** In place: what JSON.parse made is nobody else's. A reviver would drop what it turns into undefined. */
function revive(value: unknown, views: readonly Numbers[]): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? special(value.slice(1), views) : value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = revive(value[index], views);
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      const before = record[key];
      const after = revive(before, views);
      if (after !== before)
        Object.defineProperty(record, key, {
          value: after,
          enumerable: true,
          writable: true,
          configurable: true,
        });
    }
  }
  return value;
}

function special(text: string, views: readonly Numbers[]): unknown {
  if (text.startsWith(MARK)) return text;
  const view = /^#\d+$/.test(text) ? views[Number(text.slice(1))] : undefined;
  if (view === undefined && !UNFINITE.has(text)) throw new Error('a frame that names what is not in it');
  return view ?? UNFINITE.get(text);
}

function unfinite(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** By what it is, not by its constructor's name: a Node Buffer is a Uint8Array. */
function kindOf(array: Numbers): Kind {
  for (const kind of Object.keys(KINDS) as Kind[]) if (array instanceof KINDS[kind]) return kind;
  throw new Error('a typed array of a kind that frames do not carry');
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
