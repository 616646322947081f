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
    strings.push((match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'));
    if (match[3] !== ',' || pattern.lastIndex >= inner.length) return strings;
  }
}
