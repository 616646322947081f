import type { Report, TensorRow } from '../../../shared/report.ts';
import { themeColors, watchTheme } from '../../draw/theme-colors.ts';
import type { ThemeColors } from '../../draw/theme-colors.ts';
import { atom } from '../../state/atom.ts';
import type { Atom, ReadAtom } from '../../state/atom.ts';
import type { Metric } from '../../state/metrics.ts';
import { layoutClient } from '../layout/layout-client.ts';
import type { LayoutClient } from '../layout/layout-client.ts';
import { expandedOnce, firstLevel, opened } from '../model/first-level.ts';
import { heat } from '../model/heat.ts';
import type { Heat } from '../model/heat.ts';
import { pathMarks } from '../model/path-marks.ts';
import { prepare } from '../model/prepared.ts';
import type { Prepared } from '../model/prepared.ts';
import { boxOf, scene as makeScene } from '../model/scene.ts';
import type { Scene } from '../model/scene.ts';
import { drawOverlay } from '../paint/draw-overlay.ts';
import type { Emphasis } from '../paint/draw-overlay.ts';
import { textFitter } from '../paint/fit-text.ts';
import type { Look } from '../paint/look.ts';
import type { ModelView } from '../../../shared/model-view.ts';
import { aimAtAll, aimAtItem, aimAtStart } from './aim.ts';
import type { Aim } from './aim.ts';
import { camera, SMALLEST_LABELS } from './camera.ts';
import type { Camera } from './camera.ts';
import { inSlices } from './in-slices.ts';
import { canMove, moveScene } from './motion.ts';
import { painter } from './painter.ts';

export interface GraphShared {
  readonly selection: Atom<string | undefined>;
  readonly hover: Atom<string | undefined>;
  readonly brushed: ReadAtom<ReadonlySet<string>>;
}

export interface GraphData {
  readonly rows: ReadonlyMap<string, TensorRow>;
  readonly report: Report | undefined;
  readonly metric: Metric;
}

/** The picture and its state, without React: canvases follow the pointer without rendering a component. */
export interface GraphView {
  readonly look: ReadAtom<Look | undefined>;
  /** `look` without the steps of movements: for what need not follow them. */
  readonly settled: ReadAtom<Look | undefined>;
  readonly isFlat: ReadAtom<boolean>;
  /** Item that the keyboard is on. */
  readonly cursor: Atom<number | undefined>;
  /** The list that stands for the graph has the focus, and whether that must be seen. */
  readonly hasFocus: Atom<boolean>;
  readonly isRinged: Atom<boolean>;
  readonly hoveredEdge: Atom<number | undefined>;
  /** Also of groups, which have no name to share. */
  readonly hoveredItem: Atom<number | undefined>;
  /** Counts movements of the view. */
  readonly moves: ReadAtom<number>;
  readonly camera: Camera;
  readonly setModel: (model: ModelView | undefined) => void;
  readonly setData: (data: GraphData) => void;
  readonly setCountText: (text: (nodes: number) => string) => void;
  readonly toggle: (item: number) => void;
  readonly toggleFlat: () => void;
  readonly expand: () => void;
  readonly collapse: () => void;
  readonly fit: () => void;
  readonly actualSize: () => void;
  readonly focusItem: (item: number) => void;
  /** Opens what hides a node and moves there. */
  readonly reveal: (name: string) => void;
  readonly nameOf: (item: number | undefined) => string | undefined;
  readonly close: () => void;
}

export interface GraphElements {
  readonly host: HTMLElement;
  readonly base: HTMLCanvasElement;
  readonly over: HTMLCanvasElement;
}

export function graphView({ host, base, over }: GraphElements, shared: GraphShared): GraphView {
  const look = atom<Look | undefined>(undefined);
  const settled = atom<Look | undefined>(undefined);
  const isFlat = atom(false);
  const cursor = atom<number | undefined>(undefined);
  const hasFocus = atom(false);
  const isRinged = atom(false);
  const hoveredEdge = atom<number | undefined>(undefined);
  const hoveredItem = atom<number | undefined>(undefined);
  const moves = atom(0);
  const fitter = textFitter();
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let colors: ThemeColors = themeColors(host);
  let countText = (nodes: number): string => String(nodes);
  let prepared: Prepared | undefined;
  let client: LayoutClient | undefined;
  let open: Uint8Array = new Uint8Array(1);
  let data: GraphData | undefined;
  let heatNow: Heat | undefined;
  let marks: Float32Array = new Float32Array(0);
  let size = { width: 0, height: 0 };
  let frame = 0;
  let isMoving = false;
  /** What to do with the next picture: keep this group in place, or go to this vertex. */
  let anchor: number | undefined;
  let target: number | undefined;
  let isFirst = true;
  let visited: Report | undefined;
  let brushedOf: {
    readonly names?: ReadonlySet<string>;
    readonly scene?: Scene;
    readonly items: ReadonlySet<number>;
  } = { items: new Set() };
  let stopMotion = (): void => undefined;
  let stopWork = (): void => undefined;

  const paint = painter(base, () => schedule(false));
  const cameraNow = camera({
    element: host,
    size: () => size,
    isStill: () => still.matches,
    onMove: () => {
      schedule(true);
      moves.update((count) => count + 1);
    },
  });

  function schedule(isGesture: boolean): void {
    isMoving ||= isGesture;
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    const now = look.get();
    const screen = over.getContext('2d');
    if (screen === null) return;
    const ratio = over.width / Math.max(1, size.width);
    screen.setTransform(1, 0, 0, 1, 0, 0);
    screen.clearRect(0, 0, over.width, over.height);
    if (now === undefined) {
      base.getContext('2d')?.clearRect(0, 0, base.width, base.height);
      return;
    }
    const view = cameraNow.transform();
    paint.paint(now, view, isMoving);
    isMoving = false;
    screen.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
    drawOverlay(screen, now, cameraNow.area(), view.k, emphasis(now));
  }

  function emphasis({ scene }: Look): Emphasis {
    return {
      hovered: itemNamed(scene, shared.hover.get()) ?? hoveredItem.get(),
      selected: itemNamed(scene, shared.selection.get()),
      focused: hasFocus.get() && isRinged.get() ? cursor.get() : undefined,
      edge: hoveredEdge.get(),
      brushed: brushedItems(scene),
    };
  }

  /** Found again only when the brush or the picture changes, not with every frame. */
  function brushedItems(scene: Scene): ReadonlySet<number> {
    const names = shared.brushed.get();
    if (brushedOf.names !== names || brushedOf.scene !== scene) {
      const items = new Set<number>();
      for (const name of names) {
        const item = itemNamed(scene, name);
        if (item !== undefined) items.add(item);
      }
      brushedOf = { names, scene, items };
    }
    return brushedOf.items;
  }

  function itemNamed(scene: Scene, name: string | undefined): number | undefined {
    const id = prepared?.graph.idOf.get(name ?? '');
    return id === undefined ? undefined : scene.standIn[id];
  }

  function show(scene: Scene, isStep: boolean): void {
    if (prepared === undefined || heatNow === undefined) return;
    paint.forget();
    look.set({ prepared, scene, heat: heatNow, marks, colors, fitter, countText });
    if (!isStep) settled.set(look.get());
    schedule(false);
  }

  /** The same picture in other colours. */
  function refresh(): void {
    const now = look.get();
    if (prepared === undefined || data === undefined) return;
    heatNow = heat(prepared, data.rows, data.report, data.metric, colors.isDark);
    marks = pathMarks(prepared, data.report);
    // A movement takes up the new colours with its next step.
    if (now?.prepared === prepared && settled.get() === now) show(now.scene, false);
  }

  function ask(): void {
    client?.ask(isFlat.get() ? undefined : open);
  }

  function onScene(next: Scene): void {
    const before = look.get()?.scene;
    cameraNow.limit(next.width, next.height);
    cursor.set(next.itemOf.get(before?.ref[cursor.get() ?? -1] ?? -1));
    hoveredEdge.set(undefined);
    hoveredItem.set(undefined);
    const held = anchor;
    const going = target;
    anchor = target = undefined;
    stopMotion();
    if (isFirst || before === undefined) {
      isFirst = false;
      show(next, false);
      start(next);
    } else {
      const shift = keepInPlace(before, next, held);
      if (canMove(before, next) && !still.matches) stopMotion = moveScene(before, next, shift, show);
      else show(next, false);
    }
    if (going !== undefined) goTo(next, going);
    else if (before !== undefined && before.isFlat !== next.isFlat) start(next);
  }

  /** The view follows the group that was opened or closed, or what is selected. @returns how far it went */
  function keepInPlace(before: Scene, next: Scene, held: number | undefined): readonly [number, number] {
    const ref = held ?? next.ref[0] ?? 0;
    const old = before.itemOf.get(ref);
    const now = next.itemOf.get(ref);
    if (old === undefined || now === undefined) return [0, 0];
    const from = boxOf(before, old);
    const to = boxOf(next, now);
    const shift = [to.x + to.w / 2 - from.x - from.w / 2, to.y - from.y] as const;
    const { k } = cameraNow.transform();
    cameraNow.panBy(-shift[0] * k, -shift[1] * k);
    return shift;
  }

  function start(scene: Scene): void {
    aim(aimAtStart(scene, size), false);
    visit();
  }

  function aim({ scale, x, y }: Aim, isAnimated: boolean): void {
    cameraNow.moveTo(scale, x, y, isAnimated);
  }

  /** Once a report: to its first site. */
  function visit(): void {
    const site = data?.report?.verdict.sites[0];
    if (prepared === undefined || data?.report === visited || look.get() === undefined) return;
    visited = data?.report;
    if (site === undefined) return;
    const id = prepared.graph.idOf.get(site.node ?? '') ?? prepared.graph.producerOf.get(site.tensor);
    if (id !== undefined) revealVertex(id);
  }

  function revealVertex(id: number): void {
    const scene = look.get()?.scene;
    if (prepared === undefined || scene === undefined) return;
    if (scene.itemOf.has(id)) {
      goTo(scene, id);
      return;
    }
    open = opened(prepared.groups, open, id);
    target = id;
    ask();
  }

  function goTo(scene: Scene, vertex: number): void {
    const item = scene.standIn[vertex] ?? -1;
    if (prepared !== undefined && item >= 0) aim(aimAtItem(prepared, scene, marks, item, size), true);
  }

  const resizer = new ResizeObserver(() => {
    const next = { width: host.clientWidth, height: host.clientHeight };
    const before = size;
    size = next;
    const ratio = window.devicePixelRatio;
    paint.resize(next.width, next.height, ratio);
    over.width = Math.max(1, Math.round(next.width * ratio));
    over.height = Math.max(1, Math.round(next.height * ratio));
    const scene = look.get()?.scene;
    if (scene !== undefined) {
      cameraNow.limit(scene.width, scene.height);
      if (before.width === 0) start(scene);
      else cameraNow.keepMiddle(before);
    }
    schedule(false);
    moves.update((count) => count + 1);
  });
  resizer.observe(host);
  const stops = [
    watchTheme(() => {
      colors = themeColors(host);
      refresh();
    }),
    ...[shared.hover, shared.brushed, cursor, hasFocus, isRinged, hoveredEdge, hoveredItem].map(
      (one: ReadAtom<unknown>) => one.subscribe(() => schedule(false)),
    ),
    shared.selection.subscribe(() => {
      schedule(false);
      const name = shared.selection.get();
      const scene = look.get()?.scene;
      const id = prepared?.graph.idOf.get(name ?? '');
      if (id === undefined || scene === undefined) return;
      if (!scene.itemOf.has(id) || !isOnView(scene, id)) revealVertex(id);
    }),
  ];

  function isOnView(scene: Scene, vertex: number): boolean {
    const { x, y, w, h } = boxOf(scene, scene.standIn[vertex] ?? 0);
    const { left, top, right, bottom } = cameraNow.area();
    return x + w > left && x < right && y + h > top && y < bottom;
  }

  function setModel(model: ModelView | undefined): void {
    stopWork();
    stopMotion();
    client?.close();
    client = prepared = undefined;
    look.set(undefined);
    settled.set(undefined);
    isFirst = true;
    visited = undefined;
    schedule(false);
    if (model !== undefined) stopWork = inSlices(prepare(model), arrange);
  }

  function arrange(ready: Prepared): void {
    prepared = ready;
    open = firstLevel(ready.groups);
    isFlat.set(ready.groups.count === 1);
    refresh();
    client = layoutClient(ready.layout, (scene, grids) => {
      if (prepared === ready) onScene(makeScene(scene, grids, ready, isFlat.get()));
    });
    ask();
  }

  return {
    look,
    settled,
    isFlat,
    cursor,
    hasFocus,
    isRinged,
    hoveredEdge,
    hoveredItem,
    moves,
    camera: cameraNow,
    setModel,
    setData: (next) => {
      data = next;
      refresh();
      visit();
    },
    setCountText: (text) => {
      countText = text;
      refresh();
    },
    toggle: (item) => {
      const scene = look.get()?.scene;
      const ref = scene?.ref[item] ?? -1;
      const group = prepared === undefined ? -1 : ref - prepared.graph.count;
      if (group < 0) return;
      open = open.slice();
      open[group] = open[group] === 1 ? 0 : 1;
      anchor = ref;
      ask();
    },
    toggleFlat: () => {
      isFlat.update((is) => !is);
      ask();
    },
    expand: () => {
      if (prepared === undefined) return;
      open = expandedOnce(prepared.groups, open);
      ask();
    },
    collapse: () => {
      if (prepared === undefined) return;
      open = new Uint8Array(prepared.groups.count);
      open[0] = 1;
      ask();
    },
    fit: () => {
      const scene = look.get()?.scene;
      if (scene !== undefined) aim(aimAtAll(scene, size), true);
    },
    actualSize: () => {
      const { left, right, top, bottom } = cameraNow.area();
      cameraNow.moveTo(1, (left + right) / 2, (top + bottom) / 2, true);
    },
    focusItem: (item) => {
      const scene = look.get()?.scene;
      if (scene === undefined) return;
      cursor.set(item);
      const { x, y, w, h } = boxOf(scene, item);
      const { left, top, right, bottom } = cameraNow.area();
      const isVisible = x >= left && x + w <= right && y >= top && y + Math.min(h, 60) <= bottom;
      const scale = Math.max(cameraNow.transform().k, SMALLEST_LABELS);
      if (!isVisible) cameraNow.moveTo(scale, x + w / 2, y + Math.min(h, 60) / 2, true);
    },
    reveal: (name) => {
      const id = prepared?.graph.idOf.get(name);
      if (id !== undefined) revealVertex(id);
    },
    nameOf: (item) => {
      const ref = look.get()?.scene.ref[item ?? -1];
      return ref === undefined || prepared === undefined || ref >= prepared.graph.nodeCount
        ? undefined
        : prepared.graph.names[ref];
    },
    close: () => {
      stopWork();
      client?.close();
      resizer.disconnect();
      for (const stop of stops) stop();
      cancelAnimationFrame(frame);
      stopMotion();
      paint.close();
      cameraNow.close();
    },
  };
}
