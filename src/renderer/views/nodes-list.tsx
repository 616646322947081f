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

/** All nodes in execution order. */
export function NodesList(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const nodes = useNodes();
  const { rows } = useAtom(app.run).shown;
  const selection = useAtom(app.selection);
  const [filter, setFilter] = useState('');
  const shown = useMemo(() => {
    const wanted = filter.toLowerCase();
    if (wanted === '') return nodes;
    return nodes.filter((node) => `${node.opType} ${node.name} ${node.scope}`.toLowerCase().includes(wanted));
  }, [nodes, filter]);
  return (
    <div className="side-column">
      <input
        className="filter-input"
        type="search"
        placeholder={texts.filterHint}
        aria-label={texts.filter}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <VirtualList
        items={shown}
        label={texts.nodes}
        keyOf={(node) => node.name}
        selected={selection}
        onSelect={(node) => selectNode(app, node.name)}
        render={(node) => {
          const worst = node.outputs.map((name) => rows.get(name)).find((row) => row?.excess !== undefined);
          return (
            <span className="node-row">
              <span className="node-op">{node.opType}</span>
              <span className="node-name">
                <bdi>{node.name}</bdi>
              </span>
              {worst?.state === 'introduced' ? <span className="flag">!</span> : null}
              <span className="module-number">
                {worst?.excess === undefined ? '' : formatNumber(worst.excess)}
              </span>
            </span>
          );
        }}
      />
    </div>
  );
}
