/** Wrappers that put a segment of their own before or between module names: DDP, torch.compile, DataParallel. */
const WRAPPERS = new Set(['module', '_orig_mod', '_fsdp_wrapped_module']);
const EXTENSION = /\.(npy|npz|pt|pth|bin|pb|txt|safetensors)$/i;
const EXPORTER_SUFFIX = /_output_\d+$/;

/**
 * One spelling for names that differ only in how a tool writes them: separators `/`, `:`, `.`, `_`, a file
 * extension, the exporter's `_output_0`, wrapper segments.
 */
export function normalizeName(name: string): string {
  return name
    .replace(EXTENSION, '')
    .replace(EXPORTER_SUFFIX, '')
    .split(/[/:._]+/)
    .filter((segment) => segment !== '')
    .join('.')
    .toLowerCase();
}

/** A module path without the segments that wrappers put in. */
export function unwrapPath(path: string): string {
  return path
    .split('.')
    .filter((segment) => !WRAPPERS.has(segment))
    .join('.');
}

export function joinPath(prefix: string, path: string): string {
  return prefix === '' ? path : path === '' ? prefix : `${prefix}.${path}`;
}
