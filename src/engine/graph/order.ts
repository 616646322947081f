import type { OnnxNode } from '../onnx/index.ts';

type Order =
  | { readonly kind: 'order'; readonly order: readonly number[] }
  /** `node` is one of those that wait for each other. */
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
    for (const from of made) readers.set(from, [...(readers.get(from) ?? []), index]);
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
  const done = new Set(order);
  return { kind: 'cycle', node: needs.findIndex((_, index) => !done.has(index)) };
}
