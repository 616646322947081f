import type { Graph, GraphNode } from '../../graph/index.ts';
import { scopePath } from '../../graph/index.ts';
import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const reusedModule: Lint<LintedDump> = {
  kind: 'dump:reused-module',
  looksFor: 'a module that the graph runs several times and the dump holds once',
  find: ({ dump, context, modules }) => {
    if (context.graph === undefined) return [];
    const recorded = recordedCalls(dump.samples[0]?.entries ?? []);
    const pathOf = (path: string): string => modules.get(path)?.path ?? path;
    return [...callsInGraph(context.graph, (path) => recorded.has(pathOf(path)))].flatMap(([path, calls]) =>
      recorded.get(pathOf(path)) !== 1
        ? []
        : [
            {
              severity: 'warning',
              subject: path,
              found: `${path} runs ${calls} times in the graph, the dump holds one call of it`,
              matters:
                'a hook that stores by name keeps the last call, which is then compared with the first',
              wayOut: 'record with layerdiff, which numbers the calls',
              source: 'docs/dump-format.md',
            },
          ],
    );
  },
};

/** Module path → number of its recorded calls. */
function recordedCalls(
  entries: readonly { readonly path: string; readonly call: number }[],
): Map<string, number> {
  const calls = new Map<string, number>();
  for (const { path, call } of entries) {
    if (path !== '') calls.set(path, Math.max(calls.get(path) ?? 0, call + 1));
  }
  return calls;
}

/**
 * Modules whose scopes the exporter marks as further calls, and how many calls that makes: TorchScript writes
 * `act_1`, dynamo `act@1`. A module may be called `act_1`: then the dump knows it by that name.
 */
function callsInGraph(graph: Graph, isKnown: (path: string) => boolean): Map<string, number> {
  const calls = new Map<string, number>();
  for (const node of graph.nodes) {
    const full = scopePath(node.origin);
    const marked = markOf(node).exec(full);
    if (marked === null || isKnown(full)) continue;
    const path = marked[1] ?? '';
    if (isKnown(path)) calls.set(path, Math.max(calls.get(path) ?? 0, Number(marked[2]) + 1));
  }
  return calls;
}

function markOf(node: GraphNode): RegExp {
  return node.origin.kind === 'dynamo' ? /^(.*)@(\d{1,4})$/s : /^(.*)_(\d{1,4})$/s;
}
