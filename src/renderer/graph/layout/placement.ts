import type { Container } from './containers.ts';
import { layered } from './layered.ts';
import { ROLE } from './layered-input.ts';
import type { Layered } from './layered-input.ts';
import { HEAD_ROOM, HEADER, PAD } from './layout-model.ts';
import type { LayoutModel } from './layout-model.ts';

/** A container laid out: positions of its items from its own corner, and where tensors pass its border. */
export interface Placement {
  readonly version: number;
  readonly width: number;
  readonly height: number;
  readonly layered: Layered;
  /** What to add to the positions in `layered`. */
  readonly dx: number;
  readonly dy: number;
  /** By local number, of closed boxes and opened frames alike. */
  readonly itemWidth: Float32Array;
  readonly itemHeight: Float32Array;
}

const PORT_WIDTH = 10;
const MARGIN = 24;

export type InnerOf = (group: number) => Placement | undefined;

/** `inner`: the placements of the groups in it that are open. */
export function place(
  model: LayoutModel,
  containers: readonly Container[],
  group: number,
  inner: InnerOf,
  version: number,
): Placement {
  const container = containers[group];
  if (container === undefined) throw new RangeError(`no group ${group}`);
  const { items, bundles } = container;
  const itemWidth = new Float32Array(items.length);
  const itemHeight = new Float32Array(items.length);
  const role = new Uint8Array(items.length);
  items.forEach((item, local) => {
    const open = item < model.vertexCount ? undefined : inner(item - model.vertexCount);
    itemWidth[local] = open?.width ?? model.width[item] ?? PORT_WIDTH;
    itemHeight[local] = open?.height ?? model.height[item] ?? 0;
    if (model.kinds[item] === 1) role[local] = ROLE.constant;
    else if (model.kinds[item] === 2) role[local] = ROLE.input;
  });
  for (const port of container.inPorts.values()) {
    role[port] = ROLE.top;
    itemHeight[port] = HEADER;
  }
  for (const port of container.outPorts.values()) role[port] = ROLE.bottom;
  const shift = (local: number, members: readonly number[], end: 'inPorts' | 'outPorts'): number =>
    borderDx(model, containers, items[local] ?? -1, members, end, inner);
  const result = layered({
    count: items.length,
    width: itemWidth,
    height: itemHeight,
    role,
    order: Float64Array.from(items, (_, local) => local),
    from: Int32Array.from(bundles, (bundle) => bundle.from),
    to: Int32Array.from(bundles, (bundle) => bundle.to),
    fromDx: Float32Array.from(bundles, (bundle) => shift(bundle.from, bundle.members, 'outPorts')),
    toDx: Float32Array.from(bundles, (bundle) => shift(bundle.to, bundle.members, 'inPorts')),
  });
  const isRoot = group === 0;
  const side = isRoot ? MARGIN : PAD;
  const width = Math.max(result.width + 2 * side, isRoot ? 0 : (model.width[model.vertexCount + group] ?? 0));
  const above = isRoot ? MARGIN : container.inPorts.size > 0 ? 0 : HEADER + HEAD_ROOM;
  const underneath = isRoot ? MARGIN : container.outPorts.size > 0 ? 0 : PAD;
  return {
    version,
    width,
    height: result.height + above + underneath,
    layered: result,
    dx: (width - result.width) / 2,
    dy: above,
    itemWidth,
    itemHeight,
  };
}

/** How far from the middle of an opened group the members of a bundle pass its border, on average. */
function borderDx(
  model: LayoutModel,
  containers: readonly Container[],
  item: number,
  members: readonly number[],
  end: 'inPorts' | 'outPorts',
  inner: InnerOf,
): number {
  if (item < model.vertexCount) return 0;
  const placement = inner(item - model.vertexCount);
  const container = containers[item - model.vertexCount];
  if (placement === undefined || container === undefined) return 0;
  let sum = 0;
  for (const edge of members) sum += portX(placement, container[end].get(model.tensor[edge] ?? -1) ?? 0);
  return sum / members.length - placement.width / 2;
}

/** Middle of a port, from the left of its container. */
export function portX(placement: Placement, port: number): number {
  return placement.dx + (placement.layered.x[port] ?? 0) + PORT_WIDTH / 2;
}
