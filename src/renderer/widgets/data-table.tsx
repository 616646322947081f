import { useVirtualizer } from '@tanstack/react-virtual';
import type { KeyboardEvent, ReactNode } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  /** CSS px; what is left over goes to the first column that `grows`. */
  readonly width: number;
  readonly grows?: boolean;
  readonly isNumber?: boolean;
  /** What is sorted by; undefined goes last either way. */
  readonly value: (row: T) => number | string | undefined;
  readonly cell: (row: T) => ReactNode;
}

export interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly selected: string | undefined;
  readonly onSelect: (row: T) => void;
  readonly rowClass?: (row: T) => string;
}

interface Order {
  readonly column: string;
  readonly descending: boolean;
}

const ROW_HEIGHT = 24;

/** Any number of rows, of which only the visible ones exist; sorted by any column; arrow keys move the selection. */
export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, columns, rows, keyOf, selected, onSelect, rowClass } = props;
  const [order, setOrder] = useState<Order | undefined>(undefined);
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const at = sorted.findIndex((row) => keyOf(row) === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 240) / ROW_HEIGHT) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (by === undefined) return;
    const next = sorted[Math.min(sorted.length - 1, Math.max(0, at + by))];
    if (next !== undefined) onSelect(next);
    event.preventDefault();
  };
  const template = columns
    .map(({ width, grows }) => (grows === true ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ');
  // The same for head and rows, so that columns stand under their titles.
  const width = `max(100%, ${columns.reduce((sum, column) => sum + column.width, 0)}px)`;
  return (
    <div
      className="table"
      role="grid"
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      ref={scroller}
      tabIndex={0}
      onKeyDown={move}
    >
      <div className="table-head" role="row" style={{ gridTemplateColumns: template, inlineSize: width }}>
        {columns.map((column) => {
          const isSorted = order?.column === column.id;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={column.isNumber === true ? 'cell number' : 'cell'}
              aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button
                type="button"
                className="sort"
                title={column.title}
                onClick={() => setOrder(nextOrder(order, column))}
              >
                {column.title}
                <span aria-hidden="true">{isSorted ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
              </button>
            </div>
          );
        })}
      </div>
      <div style={{ height: virtual.getTotalSize(), inlineSize: width, position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = sorted[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={keyOf(row)}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={keyOf(row) === selected}
              className={`table-row ${rowClass?.(row) ?? ''}`}
              style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
              onClick={() => onSelect(row)}
            >
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={column.isNumber === true ? 'cell number' : 'cell'}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Numbers begin with the largest, text with A; a third click gives the order of execution back. */
function nextOrder<T>(order: Order | undefined, column: Column<T>): Order | undefined {
  const first = column.isNumber === true;
  if (order?.column !== column.id) return { column: column.id, descending: first };
  return order.descending === first ? { column: column.id, descending: !first } : undefined;
}

export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  order: Order | undefined,
): readonly T[] {
  const column = columns.find((one) => one.id === order?.column);
  if (column === undefined || order === undefined) return rows;
  const sign = order.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      if (typeof a.value === 'number' && typeof b.value === 'number')
        return sign * compareNumbers(a.value, b.value);
      return sign * String(a.value).localeCompare(String(b.value));
    })
    .map(({ row }) => row);
}

/** NaN above everything. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
