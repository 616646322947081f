import { atom } from '../../state/atom.ts';
import type { ReadAtom } from '../../state/atom.ts';
import { HEADER } from '../layout/layout-model.ts';
import { contains, edgeAt, itemAt } from '../model/hit.ts';
import { boxOf } from '../model/scene.ts';
import type { Scene } from '../model/scene.ts';
import { HANDLE } from '../paint/draw-boxes.ts';
import { stubBox } from '../paint/draw-stubs.ts';
import { FULL_DETAIL } from '../paint/look.ts';
import type { GraphShared, GraphView } from './graph-view.ts';

/** What is under the pointer, and where the pointer is in px of the pane. */
export type Pointed = { readonly x: number; readonly y: number } & (
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'edge'; readonly index: number }
  | { readonly kind: 'stub'; readonly index: number }
);

const REACH = 6;

export interface PointerOptions {
  readonly host: HTMLElement;
  readonly view: GraphView;
  readonly shared: GraphShared;
  readonly onOpen: (name: string) => void;
  readonly onPick: () => void;
}

/** @returns what is under the pointer, and the way to stop. */
export function followPointer(options: PointerOptions): {
  readonly pointed: ReadAtom<Pointed | undefined>;
  readonly stop: () => void;
} {
  const { host, view, shared } = options;
  const pointed = atom<Pointed | undefined>(undefined);
  const jumped = new Map<number, number>();

  const find = (event: MouseEvent): Pointed | undefined => {
    const scene = view.settled.get()?.scene;
    // Nothing is hit while it moves.
    if (scene === undefined || view.look.get() !== view.settled.get()) return undefined;
    const box = host.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const { k } = view.camera.transform();
    const [x, y] = view.camera.transform().invert([at.x, at.y]);
    const stub = k < FULL_DETAIL ? undefined : stubAt(scene, x, y);
    if (stub !== undefined) return { ...at, kind: 'stub', index: stub };
    const item = itemAt(scene, x, y, HEADER);
    if (item !== undefined) return { ...at, kind: 'item', index: item };
    const edge = edgeAt(scene, x, y, REACH / k);
    return edge === undefined ? undefined : { ...at, kind: 'edge', index: edge };
  };

  const onMove = (event: PointerEvent): void => {
    if (event.buttons !== 0) {
      pointed.set(undefined);
      return;
    }
    const now = find(event);
    pointed.set(now);
    view.hoveredEdge.set(now?.kind === 'edge' ? now.index : undefined);
    shared.hover.set(now?.kind === 'item' ? view.nameOf(now.index) : undefined);
    view.hoveredItem.set(now?.kind === 'item' ? now.index : undefined);
    host.style.cursor = now === undefined || now.kind === 'edge' ? '' : 'pointer';
  };
  const onLeave = (): void => {
    pointed.set(undefined);
    view.hoveredEdge.set(undefined);
    view.hoveredItem.set(undefined);
    shared.hover.set(undefined);
  };
  const onClick = (event: MouseEvent): void => {
    const now = find(event);
    const scene = view.look.get()?.scene;
    if (scene === undefined) return;
    if (now === undefined || now.kind === 'edge') {
      if (now === undefined) shared.selection.set(undefined);
      return;
    }
    if (now.kind === 'stub') {
      jump(view, now.index, jumped);
      return;
    }
    view.cursor.set(now.index);
    options.onPick();
    const name = view.nameOf(now.index);
    if (name !== undefined) shared.selection.set(name);
    else if (isOnHandle(view, scene, now)) view.toggle(now.index);
  };
  const onDouble = (event: MouseEvent): void => {
    const now = find(event);
    const scene = view.look.get()?.scene;
    if (now?.kind !== 'item' || scene === undefined) return;
    const name = view.nameOf(now.index);
    if (name !== undefined) options.onOpen(name);
    else if (!isOnHandle(view, scene, now)) view.toggle(now.index);
  };
  const stopScenes = view.look.subscribe(() => pointed.set(undefined));
  host.addEventListener('pointermove', onMove);
  host.addEventListener('pointerleave', onLeave);
  host.addEventListener('click', onClick);
  host.addEventListener('dblclick', onDouble);
  return {
    pointed,
    stop: () => {
      stopScenes();
      host.removeEventListener('pointermove', onMove);
      host.removeEventListener('pointerleave', onLeave);
      host.removeEventListener('click', onClick);
      host.removeEventListener('dblclick', onDouble);
    },
  };
}

function stubAt(scene: Scene, x: number, y: number): number | undefined {
  for (let stub = 0; stub < scene.stubItem.length; stub++) {
    if (contains(stubBox(scene, stub), x, y)) return stub;
  }
  return undefined;
}

function isOnHandle(view: GraphView, scene: Scene, { x, index }: Pointed): boolean {
  const [at] = view.camera.transform().invert([x, 0]);
  const box = boxOf(scene, index);
  return view.camera.transform().k >= FULL_DETAIL && at >= box.x + box.w - HANDLE - 4;
}

/** To the other end; where there are several, to the next one at every click. */
function jump(view: GraphView, stub: number, jumped: Map<number, number>): void {
  const look = view.look.get();
  if (look === undefined) return;
  const { scene, prepared } = look;
  const first = scene.stubMemberStart[stub] ?? 0;
  const count = (scene.stubMemberStart[stub + 1] ?? 0) - first;
  const turn = jumped.get(stub) ?? 0;
  jumped.set(stub, turn + 1);
  const edge = scene.stubMembers[first + (turn % count)] ?? 0;
  const end = scene.stubSide[stub] === 0 ? prepared.graph.from[edge] : prepared.graph.to[edge];
  const item = scene.standIn[end ?? 0] ?? -1;
  if (item >= 0) view.focusItem(item);
}
