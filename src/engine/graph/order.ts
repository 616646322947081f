import type { OnnxNode } from '../onnx/index.ts';

type Order =
  | { readonly kind: 'order'; readonly order: readonly number[] }
  /** `node` is the first in the file of those that wait for each other. */
  | { readonly kind: 'cycle'; readonly node: number };

/**
 * Execution order of nodes given in any order (Kahn's algorithm, iterative). A file that is already in order keeps
 * its order; else, among nodes that are ready, the one that stands first in the file runs first.
 */
export function executionOrder(nodes: readonly OnnxNode[], captured: readonly (readonly string[])[]): Order {
  const producer = new Map<string, number>();
  nodes.forEach((node, index) => node.outputs.forEach((name) => name !== '' && producer.set(name, index)));
  const needs = nodes.map((node, index) => {
    const made = new Set<number>();
    for (const name of [...node.inputs, ...(captured[index] ?? [])]) {
      const from = producer.get(name);
      if (from !== undefined) made.add(from);
    }
    return made;
  });
  if (needs.every((made, index) => [...made].every((from) => from < index))) {
    return { kind: 'order', order: nodes.map((_, index) => index) };
  }
  return sorted(needs);
}

function sorted(needs: readonly ReadonlySet<number>[]): Order {
  const waiting = needs.map((made) => made.size);
  const readers = new Map<number, number[]>();
  needs.forEach((made, index) => {
    for (const from of made) {
      const list = readers.get(from);
      if (list === undefined) readers.set(from, [index]);
      else list.push(index);
    }
  });
  const order: number[] = [];
  let ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  while (ready.length > 0) {
    const next: number[] = [];
    for (const index of ready) {
      order.push(index);
      for (const reader of readers.get(index) ?? []) {
        const left = (waiting[reader] ?? 0) - 1;
        waiting[reader] = left;
        if (left === 0) next.push(reader);
      }
    }
    ready = next.sort((a, b) => a - b);
  }
  if (order.length === needs.length) return { kind: 'order', order };
  return { kind: 'cycle', node: firstOfCycle(needs, new Set(order)) };
}

/** Nodes that are not done wait for a cycle or stand in one: going from each to one it waits for ends in the cycle. */
function firstOfCycle(needs: readonly ReadonlySet<number>[], done: ReadonlySet<number>): number {
  const waitsFor = (node: number): number => [...(needs[node] ?? [])].find((from) => !done.has(from)) ?? node;
  const seen = new Set<number>();
  let node = needs.findIndex((_, index) => !done.has(index));
  while (!seen.has(node)) {
    seen.add(node);
    node = waitsFor(node);
  }
  let first = node;
  for (let next = waitsFor(node); next !== node; next = waitsFor(next)) first = Math.min(first, next);
  return first;
}
