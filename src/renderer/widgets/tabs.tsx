import type { KeyboardEvent, ReactNode } from 'react';
import { useEffect } from 'react';

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: string;
  readonly count?: number | undefined;
}

export interface TabsProps<T extends string> {
  readonly name: string;
  readonly tabs: readonly Tab<T>[];
  readonly current: T;
  readonly onChange: (id: T) => void;
  readonly label: string;
  /** Stands at the end of the row of tabs. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** Tabs and the panel of the current one (WAI-ARIA tabs: arrows move, the tab with the focus is the current one). */
export function Tabs<T extends string>(props: TabsProps<T>): ReactNode {
  const { name, tabs, current, onChange, label, aside, children } = props;
  // A tab that was chosen elsewhere may be out of the row's sight.
  useEffect(() => {
    document.getElementById(`${name}-${current}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [name, current]);
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const at = tabs.findIndex((tab) => tab.id === current);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChange(next.id);
    document.getElementById(`${name}-${next.id}`)?.focus();
    event.preventDefault();
  };
  return (
    <section className="tabs">
      <div className="tabs-bar">
        <div className="tabs-list" role="tablist" aria-label={label} onKeyDown={move}>
          {tabs.map((tab) => (
            <button
              key={tab.id}
              id={`${name}-${tab.id}`}
              type="button"
              role="tab"
              className="tab"
              aria-selected={tab.id === current}
              aria-controls={`${name}-panel`}
              tabIndex={tab.id === current ? 0 : -1}
              onClick={() => onChange(tab.id)}
            >
              {tab.label}
              {tab.count === undefined ? null : <span className="tab-count">{tab.count}</span>}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div id={`${name}-panel`} className="tabs-panel" role="tabpanel" aria-labelledby={`${name}-${current}`}>
        {children}
      </div>
    </section>
  );
}
