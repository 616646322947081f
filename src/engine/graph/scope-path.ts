import type { ScopeOrigin } from './graph.ts';

/**
 * The module path that the exporter left on a node, levels separated by dots. TorchScript repeats a container's path
 * in its children (`/head/head.0/Conv`): the repetition is taken out.
 */
export function scopePath(origin: ScopeOrigin): string {
  switch (origin.kind) {
    case 'dynamo':
      return origin.scopes.at(-1) ?? '';
    case 'torchscript': {
      let last = '';
      const levels: string[] = [];
      for (const segment of origin.segments) {
        levels.push(last !== '' && segment.startsWith(`${last}.`) ? segment.slice(last.length + 1) : segment);
        last = segment;
      }
      return levels.filter((level) => level !== '').join('.');
    }
    case 'none':
      return '';
  }
}
