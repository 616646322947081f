import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { TensorRow } from '../../shared/report.ts';
import { graphTexts } from '../i18n/graph.ts';
import { useTexts } from '../i18n/language.ts';
import { useAtom } from '../state/atom.ts';
import type { Metric } from '../state/metrics.ts';
import { within } from './layout/grid.ts';
import { boxOf } from './model/scene.ts';
import type { Look } from './paint/look.ts';
import { step } from './model/walk.ts';
import type { Direction } from './model/walk.ts';
import type { GraphShared, GraphView } from './view/graph-view.ts';

const MOST = 100;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

interface NodeListProps {
  readonly view: GraphView;
  readonly shared: GraphShared;
  readonly rows: ReadonlyMap<string, TensorRow>;
  readonly metric: Metric;
  readonly onOpen: (name: string) => void;
}

/**
 * The graph for keyboards and screen readers: what is on view as a list that is not seen, one item at a time in the tab
 * order. The canvas draws a ring around the item that has the focus.
 */
export function NodeList({ view, shared, rows, metric, onOpen }: NodeListProps): ReactNode {
  const texts = useTexts(graphTexts);
  const look = useAtom(view.settled);
  const cursor = useAtom(view.cursor);
  const hasFocus = useAtom(view.hasFocus);
  const focused = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (hasFocus) focused.current?.focus({ preventScroll: true });
  }, [cursor, hasFocus, look]);
  if (look === undefined) return undefined;
  const items = nearby(look, view, cursor);
  const current = cursor !== undefined && items.includes(cursor) ? cursor : central(look, view, items);

  const onKey = (event: KeyboardEvent): void => {
    const direction = ARROWS[event.key];
    const at = current;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    view.isRinged.set(true);
    if (direction !== undefined && at !== undefined) {
      const next = step(look.prepared, look.scene, look.marks, at, direction);
      view.focusItem(next ?? at);
      const name = view.nameOf(next);
      if (name !== undefined) shared.selection.set(name);
    } else if (event.key === 'Enter' && at !== undefined) {
      const name = view.nameOf(at);
      if (name === undefined) view.toggle(at);
      else {
        shared.selection.set(name);
        onOpen(name);
      }
    } else if (event.key === '+' || event.key === '=') view.camera.zoomBy(1.4);
    else if (event.key === '-') view.camera.zoomBy(1 / 1.4);
    else if (event.key === '0') view.fit();
    else if (event.key === '1') view.actualSize();
    else if (event.key === 'Escape') shared.selection.set(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <ul
      className="graph-list"
      role="listbox"
      aria-label={`${texts.list}. ${texts.keys}`}
      onKeyDown={onKey}
      onFocus={(event) => {
        view.isRinged.set(event.target.matches(':focus-visible'));
        if (view.cursor.get() === undefined) view.cursor.set(current);
        view.hasFocus.set(true);
      }}
      onBlur={() => view.hasFocus.set(false)}
    >
      {items.map((item) => (
        <li
          key={item}
          ref={item === current ? focused : undefined}
          role="option"
          aria-selected={item === current}
          tabIndex={item === current ? 0 : -1}
        >
          {describe(look, item, rows, metric, texts)}
        </li>
      ))}
    </ul>
  );
}

function nearby({ scene }: Look, view: GraphView, cursor: number | undefined): readonly number[] {
  const area = view.camera.area();
  const onView = within(scene.grids.boxes, area).filter((item) => {
    const { x, y, w, h } = boxOf(scene, item);
    return x < area.right && x + w > area.left && y < area.bottom && y + h > area.top;
  });
  const listed = [...onView.subarray(0, MOST)];
  if (cursor !== undefined && cursor < scene.ref.length && !listed.includes(cursor)) listed.push(cursor);
  return listed.sort((one, other) => one - other);
}

/** Where the keyboard begins: at the box nearest to the middle of the view. */
function central({ scene }: Look, view: GraphView, items: readonly number[]): number | undefined {
  const { left, top, right, bottom } = view.camera.area();
  const away = (item: number): number => {
    const { x, y, w, h } = boxOf(scene, item);
    return Math.hypot(x + w / 2 - (left + right) / 2, y + h / 2 - (top + bottom) / 2);
  };
  return items.filter((item) => scene.isOpen[item] === 0).sort((one, other) => away(one) - away(other))[0];
}

function describe(
  { prepared, scene, heat }: Look,
  item: number,
  rows: ReadonlyMap<string, TensorRow>,
  metric: Metric,
  texts: (typeof graphTexts)['en'],
): string {
  const ref = scene.ref[item] ?? 0;
  const { graph, groups, model } = prepared;
  const sites = heat.sites[ref] ?? 0;
  if (ref >= graph.count) {
    const parts = [groups.path[ref - graph.count], texts.nodes(groups.size[ref - graph.count] ?? 0)];
    if (sites > 0) parts.push(texts.sites(sites));
    return parts.join(', ');
  }
  const node = model.nodes[ref];
  if (node === undefined) return graph.names[ref] ?? '';
  const row = rows.get(node.outputs[0] ?? '');
  const value = row === undefined ? undefined : metric.value(row);
  return [
    node.opType,
    node.name,
    row === undefined ? texts.notRun : texts.states[row.state],
    value === undefined ? row?.reason : formatNumber(value),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
