/** A possible pair of one item of each list, with how much it is worth (> 0). */
export interface Edge {
  readonly left: number;
  readonly right: number;
  readonly weight: number;
}

/** Items of one connected group that are assigned optimally: the cost grows with the cube. */
export const LARGEST_OPTIMAL = 250;

/**
 * Pairs of the largest total weight, each item in one pair at most. Groups of items that have no edge between them are
 * solved by themselves; `greedy` counts the groups that are too large and were paired by descending weight instead.
 */
export function assign(edges: readonly Edge[]): { readonly pairs: readonly Edge[]; readonly greedy: number } {
  const pairs: Edge[] = [];
  let greedy = 0;
  for (const group of groupsOf(edges)) {
    const lefts = [...new Set(group.map(({ left }) => left))];
    const rights = [...new Set(group.map(({ right }) => right))];
    const [only] = group;
    if (group.length === 1 && only !== undefined) pairs.push(only);
    else if (Math.max(lefts.length, rights.length) > LARGEST_OPTIMAL) {
      greedy++;
      pairs.push(...heaviestFirst(group));
    } else pairs.push(...optimal(group, lefts, rights));
  }
  return { pairs, greedy };
}

function groupsOf(edges: readonly Edge[]): Edge[][] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    for (let at = key; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { left, right } of edges) {
    for (const key of [`l${left}`, `r${right}`]) if (!parents.has(key)) parents.set(key, key);
    parents.set(rootOf(`l${left}`), rootOf(`r${right}`));
  }
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const root = rootOf(`l${edge.left}`);
    const group = groups.get(root) ?? [];
    group.push(edge);
    groups.set(root, group);
  }
  return [...groups.values()];
}

function heaviestFirst(edges: readonly Edge[]): Edge[] {
  const [lefts, rights] = [new Set<number>(), new Set<number>()];
  return [...edges]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ left, right }) => {
      if (lefts.has(left) || rights.has(right)) return false;
      lefts.add(left);
      rights.add(right);
      return true;
    });
}

/** The Hungarian method with potentials, one shortest augmenting path a row (Jonker and Volgenant, 1987). */
function optimal(edges: readonly Edge[], lefts: readonly number[], rights: readonly number[]): Edge[] {
  const size = Math.max(lefts.length, rights.length);
  const rowOf = new Map(lefts.map((left, row) => [left, row]));
  const columnOf = new Map(rights.map((right, column) => [right, column]));
  // No edge costs nothing and brings nothing: a square problem.
  const costs = new Float64Array(size * size);
  const edgeAt = new Map<number, Edge>();
  for (const edge of edges) {
    const at = (rowOf.get(edge.left) ?? 0) * size + (columnOf.get(edge.right) ?? 0);
    costs[at] = -edge.weight;
    edgeAt.set(at, edge);
  }
  const rowOfColumn = solveSquare(costs, size);
  const pairs: Edge[] = [];
  for (let column = 0; column < size; column++) {
    const edge = edgeAt.get((rowOfColumn[column] ?? 0) * size + column);
    if (edge !== undefined) pairs.push(edge);
  }
  return pairs;
}

/** The row of each column in the assignment of least cost. Row and column 0 of the working arrays are the start. */
function solveSquare(costs: Float64Array, size: number): Int32Array {
  const [rowPotential, columnPotential] = [new Float64Array(size + 1), new Float64Array(size + 1)];
  const assigned = new Int32Array(size + 1);
  const previous = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    assigned[0] = row;
    let column = 0;
    const distances = new Float64Array(size + 1).fill(Infinity);
    const isDone = new Uint8Array(size + 1);
    do {
      isDone[column] = 1;
      const current = assigned[column] ?? 0;
      let [delta, nearest] = [Infinity, 0];
      for (let next = 1; next <= size; next++) {
        if (isDone[next] === 1) continue;
        const reduced =
          (costs[(current - 1) * size + next - 1] ?? 0) -
          (rowPotential[current] ?? 0) -
          (columnPotential[next] ?? 0);
        if (reduced < (distances[next] ?? 0)) {
          distances[next] = reduced;
          previous[next] = column;
        }
        if ((distances[next] ?? 0) < delta) [delta, nearest] = [distances[next] ?? 0, next];
      }
      for (let next = 0; next <= size; next++) {
        if (isDone[next] === 1) {
          const matched = assigned[next] ?? 0;
          rowPotential[matched] = (rowPotential[matched] ?? 0) + delta;
          columnPotential[next] = (columnPotential[next] ?? 0) - delta;
        } else distances[next] = (distances[next] ?? 0) - delta;
      }
      column = nearest;
    } while (assigned[column] !== 0);
    while (column !== 0) {
      const before = previous[column] ?? 0;
      assigned[column] = assigned[before] ?? 0;
      column = before;
    }
  }
  return assigned.slice(1).map((row) => row - 1);
}
