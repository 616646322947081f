import { badFile } from './bad-file.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { LIMITS } from './limits.ts';
import type { PickleValue } from './pickle-value.ts';
import { ONLY, PickleRefusal, RE_SAVE } from './pickle-refusal.ts';
import { newDict, NONE, setItem } from './pickle-value.ts';

/**
 * A pickle reader that executes nothing. Pickle is a program for a stack machine whose GLOBAL and REDUCE opcodes
 * import and call anything; here a global is only a name, looked up in the allow-list of `PickleHost`, and a call
 * is a function of that list over plain data. Everything else is refused by name.
 * Source of the opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py (protocols 0 to 5).
 */
export interface PickleHost {
  /** The value for a global (`torch.FloatStorage`), or `undefined` to refuse it. */
  global(name: string): PickleValue | undefined;
  /** The result of calling a global. @throws PickleRefusal */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** Sets the state of an object the host made. @throws PickleRefusal */
  build(target: PickleValue, state: PickleValue): void;
  /** What a persistent id stands for: torch's storages. @throws PickleRefusal */
  persistent(id: PickleValue): PickleValue;
}

/**
 * Runs one pickle from the cursor to its STOP and leaves the cursor behind it.
 * @throws LayerdiffError `bad-file` with place (part of the file and byte), for what is refused or broken
 */
export function readPickle(cursor: ByteCursor, host: PickleHost, file: string, part: string): PickleValue {
  const machine = new Machine(cursor, host);
  let start = cursor.position;
  try {
    for (let count = 0; ; count++) {
      start = cursor.position;
      if (count > LIMITS.pickleOperations) throw new PickleRefusal('holds too many objects');
      const result = machine.step();
      if (result !== undefined) return result;
    }
  } catch (error) {
    if (!(error instanceof PickleRefusal)) throw error;
    // A refusal for what the program asks for names the part; for broken bytes the place helps.
    const place = error.wayOut === undefined ? `${part}, byte ${start}` : part;
    throw badFile(
      file,
      place,
      error.message,
      error.wayOut ?? 'it is damaged or no tensor file: save it again',
    );
  }
}

class Machine {
  readonly #cursor: ByteCursor;
  readonly #host: PickleHost;
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(cursor: ByteCursor, host: PickleHost) {
    this.#cursor = cursor;
    this.#host = host;
  }

  /** One opcode; a value once the program stops. */
  step(): PickleValue | undefined {
    const cursor = this.#cursor;
    const opcode = String.fromCharCode(cursor.byte());
    switch (opcode) {
      case '.': // STOP
        return this.#pop();
      case '\x80': // PROTO
        if (cursor.byte() > 5) throw new PickleRefusal('a pickle of a protocol newer than 5');
        return undefined;
      case '\x95': // FRAME: only a hint for buffering
        cursor.bytes(8);
        return undefined;
      case '(': // MARK
        if (this.#marks.length >= LIMITS.pickleDepth) throw new PickleRefusal('is nested too deeply');
        this.#marks.push(this.#stack);
        this.#stack = [];
        return undefined;
      case '0': // POP: of a mark if nothing lies above it
        if (this.#stack.length > 0) this.#pop();
        else this.#popMark();
        return undefined;
      case '1': // POP_MARK
        this.#popMark();
        return undefined;
      case '2': // DUP
        this.#push(this.#top());
        return undefined;
      default:
        if (!(
          this.#scalar(opcode) ||
          this.#container(opcode) ||
          this.#memory(opcode) ||
          this.#object(opcode)
        )) {
          throw new PickleRefusal(`unknown opcode 0x${opcode.charCodeAt(0).toString(16).padStart(2, '0')}`);
        }
        return undefined;
    }
  }

  /** None, booleans, numbers, text, bytes. */
  #scalar(opcode: string): boolean {
    const cursor = this.#cursor;
    switch (opcode) {
      case 'N':
        return this.#push(NONE);
      case '\x88':
      case '\x89':
        return this.#push({ kind: 'boolean', value: opcode === '\x88' });
      case 'K':
        return this.#integer(cursor.byte());
      case 'M':
        return this.#integer(cursor.bytes(2).readUInt16LE());
      case 'J':
        return this.#integer(cursor.bytes(4).readInt32LE());
      case 'I':
      case 'L':
        return this.#decimal(this.#line());
      case '\x8a':
        return this.#push({ kind: 'integer', value: signedLittleEndian(cursor.bytes(cursor.byte())) });
      case '\x8b':
        return this.#push({
          kind: 'integer',
          value: signedLittleEndian(this.#counted(4, LIMITS.jsonTextBytes)),
        });
      case 'G':
        return this.#push({ kind: 'float', value: cursor.bytes(8).readDoubleBE() });
      case 'F':
        return this.#push({ kind: 'float', value: Number(this.#line()) });
      case 'X':
        return this.#text(this.#counted(4));
      case '\x8c':
        return this.#text(this.#counted(1));
      case '\x8d':
        return this.#text(this.#counted(8));
      case 'V':
        return this.#push({ kind: 'text', value: this.#line() });
      case 'S':
        return this.#push({ kind: 'text', value: this.#line().replace(/^(['"])(.*)\1$/s, '$2') });
      // Python 2 strings: names in old files, raw numbers in pickled numpy arrays of that time.
      case 'U':
        return this.#bytes(this.#counted(1));
      case 'T':
        return this.#bytes(this.#counted(4));
      case 'C':
        return this.#bytes(this.#counted(1));
      case 'B':
        return this.#bytes(this.#counted(4));
      case '\x8e':
      case '\x96':
        return this.#bytes(this.#counted(8));
      default:
        return false;
    }
  }

  #container(opcode: string): boolean {
    switch (opcode) {
      case ')':
        return this.#push({ kind: 'tuple', items: [] });
      case '\x85':
      case '\x86':
      case '\x87': {
        const count = opcode.charCodeAt(0) - 0x84;
        if (this.#stack.length < count) throw new PickleRefusal('takes more than there is');
        return this.#push({ kind: 'tuple', items: this.#stack.splice(-count) });
      }
      case 't':
        return this.#push({ kind: 'tuple', items: this.#popMark() });
      case ']':
        return this.#push({ kind: 'list', items: [] });
      case 'l':
        return this.#push({ kind: 'list', items: this.#popMark() });
      case '}':
        return this.#push(newDict());
      case 'd':
        return this.#push(dictOf(this.#popMark()));
      case '\x8f':
        return this.#push({ kind: 'set', items: [] });
      case '\x91':
        return this.#push({ kind: 'set', items: this.#popMark() });
      case 'a':
        return this.#append([this.#pop()]);
      case 'e':
      case '\x90':
        return this.#append(this.#popMark());
      case 's': {
        const value = this.#pop();
        return this.#setItems([this.#pop(), value]);
      }
      case 'u':
        return this.#setItems(this.#popMark());
      default:
        return false;
    }
  }

  #memory(opcode: string): boolean {
    const cursor = this.#cursor;
    switch (opcode) {
      case 'q':
        return this.#remember(cursor.byte());
      case 'r':
        return this.#remember(cursor.bytes(4).readUInt32LE());
      case 'p':
        return this.#remember(Number(this.#line()));
      case '\x94':
        return this.#remember(this.#memo.size);
      case 'h':
        return this.#recall(cursor.byte());
      case 'j':
        return this.#recall(cursor.bytes(4).readUInt32LE());
      case 'g':
        return this.#recall(Number(this.#line()));
      default:
        return false;
    }
  }

  #object(opcode: string): boolean {
    switch (opcode) {
      case 'c': {
        const module = this.#line();
        return this.#global(module, this.#line());
      }
      case '\x93': {
        const name = this.#pop();
        const module = this.#pop();
        if (module.kind !== 'text' || name.kind !== 'text')
          throw new PickleRefusal('a global without a name');
        return this.#global(module.value, name.value);
      }
      case 'R':
      case '\x81': {
        const args = this.#pop();
        return this.#call(this.#pop(), args);
      }
      case '\x92': {
        const keywords = this.#pop();
        const args = this.#pop();
        const callee = this.#pop();
        if (keywords.kind !== 'dict' || keywords.items.length > 0) {
          throw new PickleRefusal('a call with keyword arguments');
        }
        return this.#call(callee, args);
      }
      case 'b': {
        const state = this.#pop();
        this.#host.build(this.#top(), state);
        return true;
      }
      case 'Q':
        return this.#push(this.#host.persistent(this.#pop()));
      case 'P':
        return this.#push(this.#host.persistent({ kind: 'text', value: this.#line() }));
      case 'i':
      case 'o':
        throw new PickleRefusal('refuses an instance of a Python class', RE_SAVE);
      case '\x82':
      case '\x83':
      case '\x84':
        throw new PickleRefusal('refuses a global of the copyreg extension registry', RE_SAVE);
      case '\x97':
      case '\x98':
        throw new PickleRefusal('its buffers are kept outside the file', RE_SAVE);
      default:
        return false;
    }
  }

  #global(module: string, name: string): boolean {
    const full = `${module}.${name}`;
    const value = this.#host.global(full);
    if (value === undefined) throw new PickleRefusal(`refuses \`${full.slice(0, 200)}\`: ${ONLY}`, RE_SAVE);
    return this.#push(value);
  }

  #call(callee: PickleValue, args: PickleValue): boolean {
    if (callee.kind !== 'global' || args.kind !== 'tuple') throw new PickleRefusal('calls what is no global');
    return this.#push(this.#host.call(callee.name, args.items));
  }

  #append(items: readonly PickleValue[]): boolean {
    const list = this.#top();
    if (list.kind !== 'list' && list.kind !== 'set') throw new PickleRefusal('appends to what is no list');
    for (const item of items) list.items.push(item);
    return true;
  }

  #setItems(items: readonly PickleValue[]): boolean {
    const dict = this.#top();
    if (dict.kind !== 'dict') throw new PickleRefusal('sets items of what is no dict');
    for (let index = 0; index + 1 < items.length; index += 2) {
      setItem(dict, items[index] ?? NONE, items[index + 1] ?? NONE);
    }
    return true;
  }

  #remember(index: number): boolean {
    if (!Number.isSafeInteger(index) || index < 0) throw new PickleRefusal('a memo without a number');
    this.#memo.set(index, this.#top());
    return true;
  }

  #recall(index: number): boolean {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleRefusal(`recalls memo ${index}, which was not written`);
    return this.#push(value);
  }

  #integer(value: number): boolean {
    return this.#push({ kind: 'integer', value: BigInt(value) });
  }

  /** Protocol 0: `I01` and `I00` are booleans, `L5L` a long. */
  #decimal(line: string): boolean {
    if (line === '01' || line === '00') return this.#push({ kind: 'boolean', value: line === '01' });
    if (!/^[+-]?\d{1,40}L?$/.test(line)) throw new PickleRefusal('a number that is none');
    return this.#push({ kind: 'integer', value: BigInt(line.replace(/[L+]/g, '')) });
  }

  #text(bytes: Buffer): boolean {
    return this.#push({ kind: 'text', value: bytes.toString('utf8') });
  }

  #bytes(bytes: Buffer): boolean {
    return this.#push({ kind: 'bytes', value: Uint8Array.from(bytes) });
  }

  #counted(lengthBytes: 1 | 4 | 8, limit: number = LIMITS.pickleBytes): Buffer {
    const prefix = this.#cursor.bytes(lengthBytes);
    const length = lengthBytes === 8 ? Number(prefix.readBigUInt64LE()) : prefix.readUIntLE(0, lengthBytes);
    if (length > limit) throw new PickleRefusal(`a value of ${length} bytes`);
    return this.#cursor.bytes(length);
  }

  #line(): string {
    const length = this.#cursor.distanceTo(0x0a, LIMITS.jsonTextBytes);
    if (length === undefined) throw new PickleRefusal('a line without an end');
    const line = this.#cursor.bytes(length).toString('utf8');
    this.#cursor.skip(1);
    return line;
  }

  #push(value: PickleValue): true {
    this.#stack.push(value);
    return true;
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw new PickleRefusal('takes more than there is');
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new PickleRefusal('takes more than there is');
    return value;
  }

  #popMark(): PickleValue[] {
    const above = this.#stack;
    const below = this.#marks.pop();
    if (below === undefined) throw new PickleRefusal('takes more than there is');
    this.#stack = below;
    return above;
  }
}

/** Keys and values in turn. */
function dictOf(items: readonly PickleValue[]): PickleValue {
  const dict = newDict();
  for (let index = 0; index + 1 < items.length; index += 2) {
    setItem(dict, items[index] ?? NONE, items[index + 1] ?? NONE);
  }
  return dict;
}

function signedLittleEndian(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n;
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}
