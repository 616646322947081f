import type { Graph, GraphNode } from '../graph/index.ts';
import { joinPath, unwrapPath } from './normalize.ts';
import { prefixNotes, voteForPrefix, withPrefix } from './prefix.ts';

/** A module on the way from the root to a node, in the dump's names; `reuse` is the exporter's `_N` mark. */
export interface ScopeStep {
  readonly path: string;
  readonly reuse: number | undefined;
}

export interface Scopes {
  /** Per node (execution order): modules from the outermost below the root to the innermost. */
  readonly chains: readonly (readonly ScopeStep[])[];
  readonly notes: readonly string[];
}

/**
 * Module path of every node, in the dump's names: the exporter's own spelling, folded (TorchScript), unwrapped,
 * and freed of a constant prefix that an export wrapper added on either side.
 * @param known module paths of the dump as `spell` writes them.
 * @param aliases other names of a shared module → the name the dump uses.
 */
export function resolveScopes(
  graph: Graph,
  known: ReadonlySet<string>,
  aliases: ReadonlyMap<string, string>,
  spell: (path: string) => string,
): Scopes {
  const prefix = voteForPrefix(new Set(graph.nodes.flatMap((node) => rawChain(node).map(spell))), known);
  const toKnown = (path: string): string => withPrefix(prefix, spell(path));
  const chains = graph.nodes.map((node) => {
    const chain =
      node.origin.kind === 'torchscript'
        ? torchscriptChain(node.origin.segments, known, toKnown)
        : dynamoChain(node, toKnown);
    return chain
      .map((step) => ({ ...step, path: aliases.get(step.path) ?? step.path }))
      .filter((step) => step.path !== '');
  });
  return { chains, notes: prefixNotes(prefix) };
}

/** Module paths of a node as the exporter spells them, outermost first. */
export function rawChain(node: GraphNode): string[] {
  const { origin } = node;
  if (origin.kind === 'dynamo') return origin.scopes.filter((scope) => scope !== '').map(unwrapPath);
  if (origin.kind === 'torchscript') return foldSegments(origin.segments).map((step) => step.path);
  return [];
}

function dynamoChain(node: GraphNode, toKnown: (path: string) => string): ScopeStep[] {
  if (node.origin.kind !== 'dynamo') return [];
  // Re-used modules carry a mark such as `act@1` in some versions.
  return node.origin.scopes
    .filter((scope) => scope !== '')
    .map((scope) => {
      const mark = /@(\d+)$/.exec(scope);
      return {
        path: toKnown(unwrapPath(scope.replace(/@\d+$/, ''))),
        reuse: mark === null ? undefined : Number(mark[1]),
      };
    });
}

interface Folded extends ScopeStep {
  readonly segment: string;
}

/**
 * TorchScript scope segments → module paths: a Sequential repeats its own name in its items (`stem/stem.0` is
 * `stem.0`), a ModuleList item has no level of its own (`blocks.0`). Source: torch/csrc/jit/passes/onnx/naming.cpp.
 */
function foldSegments(segments: readonly string[]): Folded[] {
  const steps: Folded[] = [];
  let base = '';
  let previous = '';
  for (const segment of segments) {
    const above = steps.at(-1)?.path ?? '';
    if (previous === '' || !segment.startsWith(`${previous}.`)) base = above;
    steps.push({ path: unwrapPath(joinPath(base, segment)), reuse: undefined, segment });
    previous = segment;
  }
  return steps;
}

function torchscriptChain(
  segments: readonly string[],
  known: ReadonlySet<string>,
  toKnown: (path: string) => string,
): ScopeStep[] {
  const chain: ScopeStep[] = [];
  let base = '';
  let path = '';
  let previous = '';
  for (const segment of segments) {
    if (previous === '' || !segment.startsWith(`${previous}.`)) base = path;
    const reuse = /^(.*)_(\d+)$/.exec(segment);
    const plain = reuse?.[1] ?? segment;
    const full = unwrapPath(joinPath(base, segment));
    const stripped = unwrapPath(joinPath(base, plain));
    const shared = unwrapPath(plain);
    // Which reading is a module of the dump? `act_1` may be a module's real name; where the dump does not tell the
    // other names of a shared module, the bare name at the root is the last to be tried.
    const isKnown = (candidate: string): boolean => known.has(toKnown(candidate));
    if (isKnown(full)) path = full;
    else if (reuse !== null && isKnown(stripped)) path = stripped;
    else if (base !== '' && isKnown(shared)) {
      chain.push({ path: toKnown(shared), reuse: reuse === null ? undefined : Number(reuse[2]) });
      previous = plain;
      continue;
    } else path = reuse === null ? full : stripped;
    const isReuse = path === stripped && path !== full;
    chain.push({ path: toKnown(path), reuse: isReuse && reuse !== null ? Number(reuse[2]) : undefined });
    previous = isReuse ? plain : segment;
  }
  return chain;
}
