import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { formatNumber } from '../../shared/format.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectNode } from '../state/select.ts';
import { VirtualList } from '../widgets/virtual-list.tsx';
import { useNodes } from './nodes.ts';
import { moduleRows } from './module-tree.ts';

/** The module tree with the worst below each; choosing one selects its worst node. */
export function ModulesList(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const nodes = useNodes();
  const { rows } = useAtom(app.run).shown;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState('');
  const modules = useMemo(() => moduleRows(nodes, rows), [nodes, rows]);
  const visible = useMemo(
    () => modules.filter((row) => ![...closed].some((path) => isBelow(row.path, path))),
    [modules, closed],
  );
  const choose = (path: string): void => {
    setSelected(path);
    const inside = nodes.filter((node) => node.scope === path || isBelow(node.scope, path));
    app.brushed.set(new Set(inside.map((node) => node.name)));
    const worst = inside
      .map((node) => ({
        node,
        excess: Math.max(-1, ...node.outputs.map((name) => rows.get(name)?.excess ?? -1)),
      }))
      .sort((a, b) => b.excess - a.excess)[0];
    if (worst !== undefined) selectNode(app, worst.node.name);
  };
  const toggle = (path: string): void =>
    setClosed((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  return (
    <VirtualList
      items={visible}
      label={texts.tree}
      keyOf={(row) => row.path}
      selected={selected}
      onSelect={(row) => choose(row.path)}
      onOpen={(row) => toggle(row.path)}
      render={(row) => (
        <span className="module-row" style={{ paddingInlineStart: 8 + row.depth * 14 }}>
          <span
            className="module-toggle"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              toggle(row.path);
            }}
          >
            {row.hasChildren ? (closed.has(row.path) ? '▸' : '▾') : ''}
          </span>
          <span className="module-name">{row.name === '' ? '(root)' : row.name}</span>
          {row.introduced > 0 ? <span className="flag">! {row.introduced}</span> : null}
          <span className="module-number">{row.excess === undefined ? '' : formatNumber(row.excess)}</span>
        </span>
      )}
    />
  );
}

function isBelow(scope: string, path: string): boolean {
  return path === '' ? scope !== '' : scope.startsWith(`${path}.`);
}
