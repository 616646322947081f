import { badFile } from './bad-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { readBytes } from './byte-source.ts';
import { LIMITS } from './limits.ts';

/**
 * JSON whose long texts stay in the file: a file of base64 tensors may be larger than any string, and is listed by
 * one pass that keeps where each text begins and ends.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly items: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | JsonText
  /** Numbers, true, false, null as they are written. */
  | { readonly kind: 'word'; readonly word: string };

export interface JsonText {
  readonly kind: 'text';
  /** Bytes between the quotes. */
  readonly start: number;
  readonly length: number;
  readonly hasEscapes: boolean;
}

/** @throws LayerdiffError `bad-file` with the byte where the text stops being JSON */
export function scanJson(source: ByteSource): JsonNode {
  const scanner = new Scanner(source);
  const root = scanner.value(0);
  scanner.end();
  return root;
}

/** @throws LayerdiffError `bad-file` for a text that is too long for a name, or no JSON text */
export function jsonTextOf(source: ByteSource, text: JsonText): string {
  const { start, length } = text;
  if (length > LIMITS.jsonTextBytes) {
    throw badFile(source.file, `byte ${start}`, `a name of ${length} bytes`, 'save it again');
  }
  const written = new TextDecoder().decode(readBytes(source, start, length));
  if (!text.hasEscapes) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch (cause) {
    throw badFile(source.file, `byte ${start}`, 'is not JSON', 'save it again', cause);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

class Scanner {
  readonly #source: ByteSource;
  readonly #cursor: ByteCursor;
  #values = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#cursor = new ByteCursor(source);
  }

  value(depth: number): JsonNode {
    if (depth > LIMITS.jsonDepth || ++this.#values > LIMITS.jsonValues)
      throw this.#notJson('is nested or filled too much');
    const first = this.#space();
    switch (first) {
      case '{':
        return { kind: 'object', items: this.#items('}', () => this.#pair(depth)) };
      case '[':
        return { kind: 'array', items: this.#items(']', () => this.value(depth + 1)) };
      case '"':
        return this.#text();
      default:
        return { kind: 'word', word: this.#word() };
    }
  }

  end(): void {
    while (this.#cursor.remaining > 0) {
      if (!isSpace(this.#cursor.byte())) throw this.#notJson();
    }
  }

  #items<T>(closing: string, item: () => T): T[] {
    this.#cursor.skip(1);
    const items: T[] = [];
    if (this.#space() === closing) {
      this.#cursor.skip(1);
      return items;
    }
    for (;;) {
      items.push(item());
      const next = this.#space();
      this.#cursor.skip(1);
      if (next === closing) return items;
      if (next !== ',') throw this.#notJson();
    }
  }

  #pair(depth: number): readonly [string, JsonNode] {
    if (this.#space() !== '"') throw this.#notJson();
    const key = jsonTextOf(this.#source, this.#text());
    if (this.#space() !== ':') throw this.#notJson();
    this.#cursor.skip(1);
    return [key, this.value(depth + 1)];
  }

  #text(): JsonText {
    this.#cursor.skip(1);
    const start = this.#cursor.position;
    let hasEscapes = false;
    for (;;) {
      const window = this.#cursor.peek();
      const quote = window.indexOf(QUOTE);
      const before = quote < 0 ? window : window.subarray(0, quote);
      const backslash = before.indexOf(BACKSLASH);
      if (backslash >= 0) {
        hasEscapes = true;
        this.#cursor.skip(backslash + 2);
      } else if (quote < 0) {
        this.#cursor.skip(window.length);
      } else {
        this.#cursor.skip(quote + 1);
        return { kind: 'text', start, length: this.#cursor.position - 1 - start, hasEscapes };
      }
    }
  }

  #word(): string {
    let word = '';
    while (this.#cursor.remaining > 0 && /[A-Za-z0-9+.-]/.test(this.#peekChar()) && word.length < 64) {
      word += String.fromCharCode(this.#cursor.byte());
    }
    // NaN and Infinity are no JSON, but Python writes them.
    if (!/^(true|false|null|NaN|-?Infinity|-?\d.*)$/.test(word)) throw this.#notJson();
    return word;
  }

  /** The next character that is no space, left unread. */
  #space(): string {
    while (isSpace(this.#cursor.peek()[0] ?? 0)) this.#cursor.skip(1);
    return this.#peekChar();
  }

  #peekChar(): string {
    return String.fromCharCode(this.#cursor.peek()[0] ?? 0);
  }

  #notJson(message = 'is not JSON') {
    return badFile(
      this.#source.file,
      `byte ${this.#cursor.position}`,
      message,
      'it is damaged: save it again',
    );
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
