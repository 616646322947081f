import { max } from 'd3';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { ErrorMap } from '../../../shared/probe.ts';
import { cellImage } from '../../draw/cell-image.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const WIDTH = 250;
const LEFT = 42;
const TOP = 6;
const MOST_HEIGHT = 250;

export interface MapChartProps {
  readonly map: ErrorMap;
  readonly dims: readonly number[];
  readonly name: string;
  readonly onAxes: (axes: readonly [number, number]) => void;
}

/** max|d| over two axes of the tensor, on a log scale between the smallest and the largest that is not 0. */
export function MapChart({ map, dims, name, onAxes }: MapChartProps): ReactNode {
  const texts = useTexts(windowTexts);
  const { rows, columns, maxAbs, axes } = map;
  const height = Math.max(24, Math.min(MOST_HEIGHT, (WIDTH * rows) / columns));
  const most = max(maxAbs) ?? 0;
  const least = maxAbs.reduce((low, value) => (value > 0 && value < low ? value : low), Infinity);
  const image = useMemo(() => {
    const decades = Math.max(1e-6, Math.log(Math.min(most, Number.MAX_VALUE) / least));
    return cellImage(rows, columns, (row, column) => {
      const value = maxAbs[row * columns + column] ?? 0;
      return value === 0 ? undefined : 0.08 + 0.92 * Math.min(1, Math.log(value / least) / decades);
    });
  }, [rows, columns, maxAbs, least, most]);
  const pick = (which: 0 | 1): ReactNode => (
    <label className="inline-label">
      {which === 0 ? texts.axisRows : texts.axisColumns}
      <select
        value={axes[which]}
        onChange={(event) => {
          const next = Number(event.target.value);
          onAxes(which === 0 ? [next, axes[1]] : [axes[0], next]);
        }}
      >
        {dims.map((dim, axis) => (
          <option key={axis} value={axis} disabled={axis === axes[which === 0 ? 1 : 0]}>
            {texts.axis(axis, dim)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <ChartFrame
      title={texts.errorMap}
      name={name}
      table={() => ({
        head: [texts.axisRows, texts.axisColumns, 'max |d|'],
        rows: Array.from(maxAbs, (value, cell) => ({ value, cell }))
          .filter(({ value }) => value > 0)
          .sort((a, b) => b.value - a.value)
          .slice(0, 500)
          .map(({ value, cell }) => [
            String(Math.floor(cell / columns) * map.rowsPerCell),
            String((cell % columns) * map.columnsPerCell),
            formatNumber(value),
          ]),
      })}
    >
      <div className="chart-options">
        {pick(0)}
        {pick(1)}
      </div>
      <svg className="chart-svg" viewBox={`0 0 320 ${height + 26}`} role="img" aria-label={texts.errorMap}>
        <rect className="plot-ground" x={LEFT} y={TOP} width={WIDTH} height={height} />
        <image
          href={image}
          x={LEFT}
          y={TOP}
          width={WIDTH}
          height={height}
          preserveAspectRatio="none"
          className="pixelated"
        />
        <text className="tick" x={LEFT - 4} y={TOP + 8} textAnchor="end">
          0
        </text>
        <text className="tick" x={LEFT - 4} y={TOP + height} textAnchor="end">
          {(dims[axes[0]] ?? 1) - 1}
        </text>
        <text className="tick" x={LEFT} y={TOP + height + 14}>
          0
        </text>
        <text className="tick" x={LEFT + WIDTH} y={TOP + height + 14} textAnchor="end">
          {(dims[axes[1]] ?? 1) - 1}
        </text>
        <text className="tick axis-name" x={LEFT + WIDTH / 2} y={TOP + height + 14} textAnchor="middle">
          {Number.isFinite(least) ? `${formatNumber(least)} … ${formatNumber(most)}` : '0'}
        </text>
      </svg>
    </ChartFrame>
  );
}
