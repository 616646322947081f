import { useVirtualizer } from '@tanstack/react-virtual';
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import { useEffect, useRef } from 'react';

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly label: string;
  readonly keyOf: (item: T) => string;
  readonly selected: string | undefined;
  readonly onSelect: (item: T) => void;
  readonly onOpen?: (item: T) => void;
  readonly render: (item: T) => ReactNode;
  readonly rowHeight?: number;
}

/** A list of any length of which only the visible part exists. Arrows, Page keys, Home and End move the selection. */
export function VirtualList<T>(props: VirtualListProps<T>): ReactNode {
  const { items, label, keyOf, selected, onSelect, onOpen, render, rowHeight = 24 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const at = items.findIndex((item) => keyOf(item) === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  const move = (event: KeyboardEvent): void => {
    const item = items[at];
    if (event.key === 'Enter' && item !== undefined) {
      onOpen?.(item);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 240) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
    if (next !== undefined) onSelect(next);
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className="virtual-list"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={at >= 0 ? idOf(label, at) : undefined}
      onKeyDown={move}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const style: CSSProperties = { height: rowHeight, transform: `translateY(${row.start}px)` };
          return (
            <div
              key={row.key}
              id={idOf(label, row.index)}
              className="virtual-row"
              role="option"
              aria-selected={keyOf(item) === selected}
              style={style}
              onClick={() => onSelect(item)}
              onDoubleClick={() => onOpen?.(item)}
            >
              {render(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function idOf(label: string, index: number): string {
  return `${label.replaceAll(/\W+/g, '-')}-${index}`;
}
