import type { Bundle, Container } from './containers.ts';
import { EDGE } from './layered-input.ts';
import type { LayoutModel, SceneData } from './layout-model.ts';
import { portX } from './placement.ts';
import type { InnerOf, Placement } from './placement.ts';
import { SceneWriter } from './scene-writer.ts';

/** Puts the placements of all open groups together. Containers come in the order of their numbers: frames first. */
export function compose(
  model: LayoutModel,
  containers: readonly Container[],
  open: readonly number[],
  inner: InnerOf,
): SceneData {
  const writer = new SceneWriter();
  const frameOf = new Map<number, number>();
  for (const group of open) {
    const container = containers[group];
    const placement = inner(group);
    if (container === undefined || placement === undefined) continue;
    const frame = frameOf.get(group) ?? -1;
    const left = (writer.x[frame] ?? 0) + placement.dx;
    const top = (writer.y[frame] ?? 0) + placement.dy;
    const sceneItem = container.items.map((item, local) => {
      if (item < 0) return frame;
      const isOpen = item >= model.vertexCount && inner(item - model.vertexCount) !== undefined;
      const made = writer.item(
        item,
        left + (placement.layered.x[local] ?? 0),
        top + (placement.layered.y[local] ?? 0),
        placement.itemWidth[local] ?? 0,
        placement.itemHeight[local] ?? 0,
        isOpen,
        frame,
      );
      if (isOpen) frameOf.set(item - model.vertexCount, made);
      return made;
    });
    container.bundles.forEach((bundle, index) => {
      const maker = sceneItem[bundle.from] ?? -1;
      const reader = sceneItem[bundle.to] ?? -1;
      if (placement.layered.kind[index] === EDGE.stub) {
        if ((container.items[bundle.from] ?? -1) >= 0) writer.stub(maker, 1, bundle.members);
        if ((container.items[bundle.to] ?? -1) >= 0) writer.stub(reader, 0, bundle.members);
        return;
      }
      const isPort = (container.items[bundle.from] ?? -1) < 0;
      for (const strand of strands(model, containers, container, bundle, inner)) {
        writer.edge(maker, reader, strand.members);
        route(writer, placement, index, left, top, strand.fromX, strand.toX, bundle, isPort);
      }
    });
  }
  const root = inner(0);
  return writer.finish(root?.width ?? 0, root?.height ?? 0);
}

interface Strand {
  readonly members: number[];
  /** From the left of the item; undefined: its middle. */
  readonly fromX: number | undefined;
  readonly toX: number | undefined;
}

/** Between closed boxes a bundle is one line; at the border of a frame every tensor has its own port. */
function strands(
  model: LayoutModel,
  containers: readonly Container[],
  container: Container,
  bundle: Bundle,
  inner: InnerOf,
): Iterable<Strand> {
  const groupAt = (local: number): number => (container.items[local] ?? -1) - model.vertexCount;
  const from = groupAt(bundle.from);
  const to = groupAt(bundle.to);
  const fromOpen = from < 0 ? undefined : inner(from);
  const toOpen = to < 0 ? undefined : inner(to);
  if (fromOpen === undefined && toOpen === undefined) {
    return [{ members: [...bundle.members], fromX: undefined, toX: undefined }];
  }
  const byTensor = new Map<number, Strand>();
  for (const edge of bundle.members) {
    const tensor = model.tensor[edge] ?? 0;
    const known = byTensor.get(tensor);
    if (known !== undefined) {
      known.members.push(edge);
      continue;
    }
    byTensor.set(tensor, {
      members: [edge],
      fromX: fromOpen && portX(fromOpen, containers[from]?.outPorts.get(tensor) ?? 0),
      toX: toOpen && portX(toOpen, containers[to]?.inPorts.get(tensor) ?? 0),
    });
  }
  return byTensor.values();
}

function route(
  writer: SceneWriter,
  { layered, itemHeight }: Placement,
  index: number,
  left: number,
  top: number,
  fromX: number | undefined,
  toX: number | undefined,
  bundle: Bundle,
  isPort: boolean,
): void {
  const first = layered.routeStart[index] ?? 0;
  const last = (layered.routeStart[index + 1] ?? 0) - 1;
  const startX = fromX === undefined ? (layered.routeX[first] ?? 0) : (layered.x[bundle.from] ?? 0) + fromX;
  const endX = toX === undefined ? (layered.routeX[last] ?? 0) : (layered.x[bundle.to] ?? 0) + toX;
  // What comes in through a port is drawn from the border on, through the frame's head.
  const height = isPort ? 0 : (itemHeight[bundle.from] ?? 0);
  writer.point(left + startX, top + (layered.y[bundle.from] ?? 0) + height);
  writer.point(left + startX, top + (layered.routeBottom[first] ?? 0));
  for (let at = first + 1; at < last; at++) {
    writer.point(left + (layered.routeX[at] ?? 0), top + (layered.routeTop[at] ?? 0));
    writer.point(left + (layered.routeX[at] ?? 0), top + (layered.routeBottom[at] ?? 0));
  }
  writer.point(left + endX, top + (layered.routeTop[last] ?? 0));
  writer.point(left + endX, top + (layered.y[bundle.to] ?? 0));
}
