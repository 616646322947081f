import type { Graph } from '../graph/index.ts';

/**
 * Of these tensors the one that the fewest edges separate from `home` (a tensor), whichever way the values flow; of
 * equally near ones the one made first. Without a home, the one made first.
 */
export function nearestTensor(
  graph: Graph,
  home: string | undefined,
  tensors: readonly string[],
): string | undefined {
  const place = (name: string): number => graph.tensors.get(name)?.producer ?? -1;
  const inOrder = [...tensors].sort((a, b) => place(a) - place(b));
  if (home === undefined || inOrder.length < 2) return inOrder[0];
  const wanted = new Set(inOrder);
  const seen = new Set([home]);
  for (let ring = [home]; ring.length > 0;) {
    const found = inOrder.find((name) => wanted.has(name) && ring.includes(name));
    if (found !== undefined) return found;
    const next: string[] = [];
    for (const name of ring) {
      for (const other of neighbours(graph, name)) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    }
    ring = next;
  }
  return inOrder[0];
}

/** What the tensor is made from, what is made from it, and what is made beside it; weights connect nothing. */
function neighbours(graph: Graph, name: string): string[] {
  const tensor = graph.tensors.get(name);
  const producer = tensor?.producer === undefined ? undefined : graph.nodes[tensor.producer];
  const made = (tensor?.consumers ?? []).flatMap((consumer) => graph.nodes[consumer]?.outputs ?? []);
  return [...(producer?.inputs ?? []), ...(producer?.outputs ?? []), ...made].filter(
    (other) => other !== '' && other !== name && !graph.initializers.has(other),
  );
}
