import type { NodeView } from '../../../shared/model-view.ts';
import { add } from '../layout/csr.ts';
import { STEP } from './model-graph.ts';
import type { ModelGraph } from './model-graph.ts';

/**
 * Groups by scope. Group 0 is the model itself; a parent's number is always smaller than its children's. Scopes that hold
 * one node, and scopes that hold nothing but one other scope, are no groups: a box around one box says nothing.
 */
export interface Hierarchy {
  readonly count: number;
  /** −1 for group 0. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly path: readonly string[];
  /** The path without the parent group's. */
  readonly label: readonly string[];
  /** Nodes inside, at any depth. */
  readonly size: Int32Array;
  /** By vertex of the model graph. */
  readonly groupOf: Int32Array;
}

interface Scopes {
  readonly path: string[];
  readonly parent: number[];
  readonly of: number[];
}

/** In steps, with a pause after each. */
export function* hierarchy(nodes: readonly NodeView[], graph: ModelGraph): Generator<undefined, Hierarchy> {
  const scopes = yield* allScopes(nodes);
  yield;
  const kept = keptScopes(scopes);
  const number = new Int32Array(scopes.path.length).fill(-1);
  const parent: number[] = [];
  const path: string[] = [];
  const depth: number[] = [];
  kept.forEach((isKept, scope) => {
    if (!isKept) {
      number[scope] = number[scopes.parent[scope] ?? 0] ?? 0;
      return;
    }
    const above = scope === 0 ? -1 : (number[scopes.parent[scope] ?? 0] ?? 0);
    number[scope] = parent.length;
    parent.push(above);
    path.push(scopes.path[scope] ?? '');
    depth.push(above < 0 ? 0 : (depth[above] ?? 0) + 1);
  });
  const groupOf = new Int32Array(graph.count);
  scopes.of.forEach((scope, node) => (groupOf[node] = number[scope] ?? 0));
  const size = new Int32Array(parent.length);
  for (let node = 0; node < graph.nodeCount; node++) add(size, groupOf[node] ?? 0, 1);
  for (let group = size.length - 1; group > 0; group--) add(size, parent[group] ?? 0, size[group] ?? 0);
  return {
    count: parent.length,
    parent: Int32Array.from(parent),
    depth: Int32Array.from(depth),
    path,
    label: path.map((one, group) => below(path[parent[group] ?? -1] ?? '', one)),
    size,
    groupOf,
  };
}

/** `path` without the part that `scope` already says. */
export function below(scope: string, path: string): string {
  return scope === '' || !path.startsWith(`${scope}.`) ? path : path.slice(scope.length + 1);
}

function* allScopes(nodes: readonly NodeView[]): Generator<undefined, Scopes> {
  const path = [''];
  const parent = [-1];
  const known = new Map([['', 0]]);
  const find = (scope: string): number => {
    let end = 0;
    let at = 0;
    while (end < scope.length) {
      const dot = scope.indexOf('.', end + 1);
      end = dot < 0 ? scope.length : dot;
      const prefix = scope.slice(0, end);
      let next = known.get(prefix);
      if (next === undefined) {
        next = path.push(prefix) - 1;
        parent.push(at);
        known.set(prefix, next);
      }
      at = next;
    }
    return at;
  };
  const of: number[] = [];
  for (const [id, node] of nodes.entries()) {
    if (id % STEP === STEP - 1) yield;
    of.push(known.get(node.scope) ?? find(node.scope));
  }
  return { path, parent, of };
}

function keptScopes({ path, parent, of }: Scopes): readonly boolean[] {
  const size = new Int32Array(path.length);
  const direct = new Int32Array(path.length);
  const inner = new Int32Array(path.length);
  for (const scope of of) {
    add(size, scope, 1);
    add(direct, scope, 1);
  }
  for (let scope = path.length - 1; scope > 0; scope--) add(size, parent[scope] ?? 0, size[scope] ?? 0);
  for (let scope = path.length - 1; scope > 0; scope--) {
    const above = parent[scope] ?? 0;
    if ((size[scope] ?? 0) > 1) add(inner, above, 1);
    else add(direct, above, size[scope] ?? 0);
  }
  return path.map(
    (_, scope) =>
      scope === 0 || ((size[scope] ?? 0) > 1 && !(inner[scope] === 1 && (direct[scope] ?? 0) === 0)),
  );
}
