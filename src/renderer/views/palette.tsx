import type { KeyboardEvent, ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { language, useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectNode, selectTensor } from '../state/select.ts';
import { Modal } from '../widgets/modal.tsx';
import { GROUP_TEXTS, offeredCommands, shortcutText } from './commands.ts';
import type { Perform } from './commands.ts';
import { useNodes } from './nodes.ts';
import { search } from './search.ts';

interface Item {
  readonly key: string;
  readonly kind: string;
  readonly text: string;
  readonly hint: string;
  readonly act: () => void;
}

const MOST = 60;

/** One field for everything: commands, nodes, tensors, modules, operators. */
export function Palette({ perform }: { readonly perform: Perform }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const nodes = useNodes();
  const { rows } = useAtom(app.run).shown;
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const items = useMemo((): readonly Item[] => {
    const commands = offeredCommands().map((command) => ({
      key: `command ${command.id}`,
      kind: GROUP_TEXTS[command.group][lang],
      text: command.texts[lang],
      hint: command.accelerator === undefined ? '' : shortcutText(command.accelerator),
      act: () => perform(command.id),
    }));
    const nodeItems = nodes.map((node) => ({
      key: `node ${node.name}`,
      kind: node.opType,
      text: node.name,
      hint: node.scope,
      act: () => selectNode(app, node.name),
    }));
    const scopes = [...new Set(nodes.map((node) => node.scope))]
      .filter((scope) => scope !== '')
      .map((scope) => ({
        key: `scope ${scope}`,
        kind: texts.column.module,
        text: scope,
        hint: '',
        act: () => {
          const inside = nodes.filter((node) => node.scope === scope || node.scope.startsWith(`${scope}.`));
          app.brushed.set(new Set(inside.map((node) => node.name)));
          selectNode(app, inside[0]?.name);
        },
      }));
    const tensors = [...rows.keys()].map((name) => ({
      key: `tensor ${name}`,
      kind: texts.column.tensor,
      text: name,
      hint: '',
      act: () => selectTensor(app, name),
    }));
    return [...commands, ...nodeItems, ...scopes, ...tensors];
  }, [nodes, rows, lang, texts, app, perform]);
  const found = useMemo(
    () => search(query, items, (item) => `${item.kind} ${item.text} ${item.hint}`, MOST),
    [query, items],
  );
  const close = (): void => app.overlay.set(undefined);
  const act = (item: Item | undefined): void => {
    if (item === undefined) return;
    close();
    item.act();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') act(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={texts.palette} className="palette" onClose={close}>
      <input
        className="palette-input"
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        aria-label={texts.search}
        placeholder={texts.search}
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <div id="palette-list" className="palette-list" role="listbox" aria-label={texts.palette}>
        {found.length === 0 ? <p className="hint">{texts.noResults}</p> : null}
        {found.map((item, index) => (
          <div
            key={item.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            className="palette-row"
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={() => act(item)}
          >
            <span className="palette-kind">{item.kind}</span>
            <span className="palette-text">{item.text}</span>
            <span className="soft">{item.hint}</span>
          </div>
        ))}
      </div>
    </Modal>
  );
}
