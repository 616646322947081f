import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { formatNumber, formatShape } from '../../shared/format.ts';
import type { TensorRow, TensorState } from '../../shared/report.ts';
import { language, useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import type { Metric } from '../state/metrics.ts';
import { METRICS } from '../state/metrics.ts';
import { selectTensor } from '../state/select.ts';
import type { Column } from '../widgets/data-table.tsx';
import { DataTable } from '../widgets/data-table.tsx';

const STATES: readonly TensorState[] = [
  'introduced',
  'inherited',
  'noise',
  'equal',
  'not-compared',
  'missing',
];

interface Filter {
  readonly text: string;
  readonly state: string;
  readonly op: string;
  readonly above: string;
}

/** What is asked for first stands beside the name. */
const isFirst = ({ key }: Metric): boolean => key === 'excess' || key === 'total';

const EVERYTHING: Filter = { text: '', state: '', op: '', above: '' };

/** Every tensor with every metric, in execution order until a column is chosen. */
export function TensorTable(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { rows } = useAtom(app.run).shown;
  const brushed = useAtom(app.brushed);
  const metric = useAtom(app.metric);
  const selected = useAtom(app.selectedTensor);
  const [filter, setFilter] = useState(EVERYTHING);
  const all = useMemo(() => [...rows.values()], [rows]);
  const shown = useMemo(
    () =>
      all.filter(
        (row) =>
          (brushed.size === 0 || brushed.has(row.node)) &&
          (filter.state === '' || row.state === filter.state) &&
          (filter.op === '' || row.opType === filter.op) &&
          (filter.above === '' || (metric.value(row) ?? -Infinity) > Number(filter.above)) &&
          `${row.name} ${row.opType} ${row.scope}`.toLowerCase().includes(filter.text.toLowerCase()),
      ),
    [all, brushed, filter, metric],
  );
  const ops = useMemo(() => [...new Set(all.map((row) => row.opType))].sort(), [all]);
  const columns = useMemo((): readonly Column<TensorRow>[] => {
    const text = (
      id: 'tensor' | 'op' | 'module' | 'shape' | 'dtype' | 'matchedBy',
      width: number,
      value: (row: TensorRow) => string,
    ): Column<TensorRow> => ({
      id,
      title: texts.column[id],
      width,
      grows: id === 'tensor',
      value,
      cell: (row) => <span title={value(row)}>{value(row)}</span>,
    });
    const metricColumn = (one: Metric): Column<TensorRow> => ({
      id: one.key,
      title: one.label[lang],
      width: 112,
      isNumber: true,
      value: one.value,
      cell: (row) => {
        const value = one.value(row);
        return value === undefined ? '' : formatNumber(value);
      },
    });
    return [
      {
        id: 'state',
        title: texts.column.state,
        width: 112,
        value: (row) => STATES.indexOf(row.state),
        cell: (row) => (
          <span className={`state state-${row.state}`} title={row.reason}>
            {texts.state[row.state]}
          </span>
        ),
      },
      text('tensor', 280, (row) => row.name),
      ...METRICS.filter(isFirst).map(metricColumn),
      text('op', 110, (row) => row.opType),
      text('module', 170, (row) => row.scope),
      text('shape', 120, (row) => (row.shape === undefined ? '' : formatShape(row.shape))),
      text('dtype', 64, (row) => row.dtype ?? ''),
      ...METRICS.filter((one) => !isFirst(one)).map(metricColumn),
      text('matchedBy', 130, (row) => row.pairs[0]?.rule ?? ''),
    ];
  }, [texts, lang]);
  return (
    <div className="table-pane">
      <div className="filter-bar">
        <input
          type="search"
          className="filter-input"
          placeholder={texts.filterHint}
          aria-label={texts.filter}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
        <select
          aria-label={texts.column.state}
          value={filter.state}
          onChange={(event) => setFilter({ ...filter, state: event.target.value })}
        >
          <option value="">{texts.allStates}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {texts.state[state]}
            </option>
          ))}
        </select>
        <select
          aria-label={texts.column.op}
          value={filter.op}
          onChange={(event) => setFilter({ ...filter, op: event.target.value })}
        >
          <option value="">{texts.allOps}</option>
          {ops.map((op) => (
            <option key={op}>{op}</option>
          ))}
        </select>
        <label className="inline-label">
          {metric.label[lang]} {texts.above}
          <input
            className="number-input"
            inputMode="decimal"
            value={filter.above}
            onChange={(event) => setFilter({ ...filter, above: event.target.value })}
          />
        </label>
        <span className="spacer" />
        <span className="soft">{texts.rowsShown(shown.length, all.length)}</span>
        {filter !== EVERYTHING || brushed.size > 0 ? (
          <button
            type="button"
            className="button-small"
            onClick={() => {
              setFilter(EVERYTHING);
              app.brushed.set(new Set());
            }}
          >
            {texts.clear}
          </button>
        ) : null}
      </div>
      <DataTable
        label={texts.tensors}
        columns={columns}
        rows={shown}
        keyOf={(row) => row.name}
        selected={selected}
        onSelect={(row) => selectTensor(app, row.name)}
        rowClass={(row) => (row.state === 'introduced' ? 'row-introduced' : '')}
      />
    </div>
  );
}
