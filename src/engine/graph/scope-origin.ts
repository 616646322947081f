import type { OnnxNode } from '../onnx/index.ts';
import type { ScopeOrigin } from './graph.ts';

const NAME_SCOPES = 'pkg.torch.onnx.name_scopes';

/** Reads where the exporter says a node comes from: dynamo metadata first, then the TorchScript name. */
export function scopeOriginOf(node: OnnxNode): ScopeOrigin {
  const scopes = node.metadata.get(NAME_SCOPES);
  if (scopes !== undefined) {
    const list = parsePythonStrings(scopes);
    const fxNode = list?.at(-1);
    if (list !== undefined && fxNode !== undefined)
      return { kind: 'dynamo', scopes: list.slice(0, -1), fxNode };
  }
  if (node.name.startsWith('/')) {
    // The last segment is the operator; the first is empty.
    return { kind: 'torchscript', segments: node.name.split('/').slice(1, -1) };
  }
  return { kind: 'none' };
}

/**
 * The `repr` of a Python list of strings (not JSON: single quotes, Python escapes). Text in, strings out, nothing is
 * evaluated. Source of the format: torch/onnx/_internal/exporter/_core.py.
 */
export function parsePythonStrings(repr: string): string[] | undefined {
  const strings: string[] = [];
  const pattern = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y;
  const inner = /^\s*\[(.*)\]\s*$/s.exec(repr)?.[1];
  if (inner === undefined) return undefined;
  if (inner.trim() === '') return strings;
  pattern.lastIndex = 0;
  for (;;) {
    const match = pattern.exec(inner);
    if (match === null) return undefined;
    strings.push(unescaped(match[1] ?? match[2] ?? ''));
    if (match[3] !== ',' || pattern.lastIndex >= inner.length) return strings;
  }
}

const ESCAPES = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g;
const CONTROLS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The escapes that Python's `repr` writes. Source: docs.python.org, "String and Bytes literals". */
function unescaped(text: string): string {
  return text.replace(ESCAPES, (whole, byte?: string, short?: string, long?: string, char?: string) => {
    if (char !== undefined) return CONTROLS.get(char) ?? char;
    const code = parseInt(byte ?? short ?? long ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
