/**
 * Python literals as numpy writes them into `.npy` headers: dicts, tuples, lists, strings, whole numbers, True, False,
 * None. Nothing is evaluated.
 *
 *   {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 */
export type PythonLiteral =
  | { readonly kind: 'dict'; readonly items: ReadonlyMap<string, PythonLiteral> }
  | { readonly kind: 'sequence'; readonly items: readonly PythonLiteral[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'none' };

const MAX_DEPTH = 16;
const WORD = /[A-Za-z0-9_+-]/;

/** `undefined` where the text is not one literal. */
export function parsePythonLiteral(text: string): PythonLiteral | undefined {
  try {
    const parser = new Parser(text);
    const value = parser.value(0);
    parser.space();
    return parser.atEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class NotALiteral extends Error {}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  space(): void {
    while (/[\s\0]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw new NotALiteral();
    this.space();
    const first = this.#text.charAt(this.#at);
    switch (first) {
      case '{':
        return { kind: 'dict', items: this.#dict(depth) };
      case '(':
        return this.#tuple(depth);
      case '[':
        return { kind: 'sequence', items: this.#items(']', depth).items };
      case "'":
      case '"':
        return { kind: 'text', value: this.#string(first) };
      default:
        return this.#word();
    }
  }

  #dict(depth: number): Map<string, PythonLiteral> {
    this.#at++;
    const items = new Map<string, PythonLiteral>();
    for (;;) {
      if (this.#skip('}')) return items;
      const key = this.value(depth + 1);
      if (key.kind !== 'text' || items.has(key.value) || !this.#skip(':')) throw new NotALiteral();
      items.set(key.value, this.value(depth + 1));
      if (this.#skip(',')) continue;
      if (this.#skip('}')) return items;
      throw new NotALiteral();
    }
  }

  /** `(3)` is a number in parentheses, `(3,)` a tuple. */
  #tuple(depth: number): PythonLiteral {
    const { items, comma } = this.#items(')', depth);
    const only = items.length === 1 && !comma ? items[0] : undefined;
    return only ?? { kind: 'sequence', items };
  }

  #items(closing: string, depth: number): { items: PythonLiteral[]; comma: boolean } {
    this.#at++;
    const items: PythonLiteral[] = [];
    let comma = false;
    for (;;) {
      if (this.#skip(closing)) return { items, comma };
      if (items.length > 0 && !comma) throw new NotALiteral();
      items.push(this.value(depth + 1));
      comma = this.#skip(',');
    }
  }

  #string(quote: string): string {
    let value = '';
    for (this.#at++; ; this.#at++) {
      const char = this.#text.charAt(this.#at);
      if (char === '') throw new NotALiteral();
      if (char === quote) break;
      if (char === '\\') this.#at++;
      value += this.#text.charAt(this.#at);
    }
    this.#at++;
    return value;
  }

  #word(): PythonLiteral {
    const start = this.#at;
    while (WORD.test(this.#text.charAt(this.#at))) this.#at++;
    const word = this.#text.slice(start, this.#at);
    // Python 2 wrote `3L`.
    if (/^[+-]?\d{1,19}L?$/.test(word)) return { kind: 'number', value: Number(word.replace('L', '')) };
    if (word === 'True' || word === 'False') return { kind: 'boolean', value: word === 'True' };
    if (word === 'None') return { kind: 'none' };
    throw new NotALiteral();
  }

  #skip(char: string): boolean {
    this.space();
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }
}
