/** A value in a module's `extra_repr`; undefined is None. */
export type ReprValue = number | boolean | string | undefined | readonly ReprValue[];

export interface ExtraRepr {
  readonly positional: readonly ReprValue[];
  readonly named: ReadonlyMap<string, ReprValue>;
}

/** No module of torch.nn prints more; what does is read as if it ended there. */
const LONGEST = 2000;
const DEEPEST = 8;

/**
 * Reads `3, 8, kernel_size=(3, 3), padding=same, mode='nearest', eps=None`: arguments by place and by name. Text in,
 * values out, nothing is evaluated; what is no number, tuple, string or constant is text as it stands.
 */
export function readExtraRepr(text: string): ExtraRepr {
  const positional: ReprValue[] = [];
  const named = new Map<string, ReprValue>();
  for (const part of splitAtCommas(text.slice(0, LONGEST))) {
    const equals = /^([A-Za-z_]\w*)=(.*)$/s.exec(part);
    if (equals === null) positional.push(valueOf(part, 0));
    else named.set(equals[1] ?? '', valueOf(equals[2] ?? '', 0));
  }
  return { positional, named };
}

/** Commas outside of brackets and quotes. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

function valueOf(raw: string, depth: number): ReprValue {
  const text = raw.trim();
  if (text === 'None') return undefined;
  if (text === 'True' || text === 'False') return text === 'True';
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted !== null) return quoted[2] ?? '';
  const list = /^[([](.*)[)\]]$/s.exec(text);
  if (list !== null && depth < DEEPEST)
    return splitAtCommas(list[1] ?? '').map((part) => valueOf(part, depth + 1));
  if (/^-?inf$/.test(text)) return text === 'inf' ? Infinity : -Infinity;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
