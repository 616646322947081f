import type { LayoutModel } from './layout-model.ts';

/**
 * The inside of one group: its nodes, its groups, and a port on its border for every tensor that goes in or out. Edges are
 * bundles by (from, to). All of it is independent of which groups are open.
 */
export interface Container {
  /** Vertex, or vertexCount + group, or −1 for a port. In execution order, ports last. */
  readonly items: readonly number[];
  /** Local number of each tensor's port. */
  readonly inPorts: ReadonlyMap<number, number>;
  readonly outPorts: ReadonlyMap<number, number>;
  readonly bundles: readonly Bundle[];
}

/** Local numbers of its ends, and the model's edges in it. */
export interface Bundle {
  readonly from: number;
  readonly to: number;
  readonly members: readonly number[];
}

interface Draft {
  readonly items: number[];
  readonly inPorts: Map<number, number>;
  readonly outPorts: Map<number, number>;
  readonly bundles: { from: number; to: number; members: number[] }[];
  readonly known: Map<number, number>;
}

const PAIRS = 2 ** 26;

export function containers(model: LayoutModel): readonly Container[] {
  const drafts = Array.from({ length: model.groupCount }, (): Draft => {
    return { items: [], inPorts: new Map(), outPorts: new Map(), bundles: [], known: new Map() };
  });
  const local = placeItems(model, drafts);
  const depth = new Int32Array(model.groupCount);
  for (let group = 1; group < model.groupCount; group++) {
    depth[group] = (depth[model.groupParent[group] ?? 0] ?? 0) + 1;
  }
  for (let edge = 0; edge < model.from.length; edge++) connect(model, drafts, local, depth, edge);
  return drafts;
}

/** Fills the items of each container. @returns the local number of every vertex and group. */
function placeItems(model: LayoutModel, drafts: readonly Draft[]): Int32Array {
  const { vertexCount, groupParent, groupOf } = model;
  const local = new Int32Array(vertexCount + model.groupCount).fill(-1);
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    let item = vertex;
    let group = groupOf[vertex] ?? 0;
    while (local[item] === -1 && group >= 0) {
      local[item] = (drafts[group]?.items.push(item) ?? 0) - 1;
      item = vertexCount + group;
      group = groupParent[group] ?? -1;
    }
  }
  return local;
}

/** One edge: out of frames by their ports until both ends stand in the same container, then across. */
function connect(
  model: LayoutModel,
  drafts: readonly Draft[],
  local: Int32Array,
  depth: Int32Array,
  edge: number,
): void {
  let maker = model.from[edge] ?? 0;
  let reader = model.to[edge] ?? 0;
  let outer = model.groupOf[maker] ?? 0;
  let inner = model.groupOf[reader] ?? 0;
  const tensor = model.tensor[edge] ?? 0;
  while (outer !== inner) {
    if ((depth[outer] ?? 0) >= (depth[inner] ?? 0)) {
      const draft = drafts[outer];
      if (draft !== undefined) bundle(draft, local[maker] ?? 0, port(draft, draft.outPorts, tensor), edge);
      maker = model.vertexCount + outer;
      outer = model.groupParent[outer] ?? 0;
    } else {
      const draft = drafts[inner];
      if (draft !== undefined) bundle(draft, port(draft, draft.inPorts, tensor), local[reader] ?? 0, edge);
      reader = model.vertexCount + inner;
      inner = model.groupParent[inner] ?? 0;
    }
  }
  const draft = drafts[outer];
  if (draft !== undefined) bundle(draft, local[maker] ?? 0, local[reader] ?? 0, edge);
}

function port(draft: Draft, ports: Map<number, number>, tensor: number): number {
  const known = ports.get(tensor);
  if (known !== undefined) return known;
  const made = draft.items.push(-1) - 1;
  ports.set(tensor, made);
  return made;
}

function bundle(draft: Draft, from: number, to: number, edge: number): void {
  const key = from * PAIRS + to;
  const known = draft.bundles[draft.known.get(key) ?? -1];
  if (known !== undefined) known.members.push(edge);
  else draft.known.set(key, draft.bundles.push({ from, to, members: [edge] }) - 1);
}
