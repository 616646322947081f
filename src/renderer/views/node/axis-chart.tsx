import { scaleLinear, scaleLog } from 'd3';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { AxisProfile } from '../../../shared/probe.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const WIDTH = 320;
const LEFT = 52;
const BOTTOM = 84;

export interface AxisChartProps {
  readonly profiles: readonly AxisProfile[];
  readonly dims: readonly number[];
  readonly name: string;
}

/** max|d| and mean|d| along one axis: a faulty channel or row stands out. */
export function AxisChart({ profiles, dims, name }: AxisChartProps): ReactNode {
  const texts = useTexts(windowTexts);
  const [axis, setAxis] = useState<number | undefined>(undefined);
  const profile = profiles.find((one) => one.axis === axis) ?? profiles[0];
  if (profile === undefined) return null;
  const positive = [...profile.maxAbs, ...profile.meanAbs].filter(
    (value) => value > 0 && Number.isFinite(value),
  );
  const low = positive.reduce((least, value) => Math.min(least, value), Infinity);
  const high = positive.reduce((most, value) => Math.max(most, value), 0);
  const cells = profile.maxAbs.length;
  const x = scaleLinear([0, cells], [LEFT, WIDTH - 8]);
  const y = scaleLog(positive.length === 0 ? [1e-9, 1] : [low / 2, high * 1.2], [BOTTOM, 8]).clamp(true);
  const top = (value: number): number => (value === 0 ? BOTTOM : y(value));
  return (
    <ChartFrame
      title={texts.axisProfile}
      name={name}
      aside={
        <select
          aria-label={texts.axisProfile}
          value={profile.axis}
          onChange={(event) => setAxis(Number(event.target.value))}
        >
          {profiles.map((one) => (
            <option key={one.axis} value={one.axis}>
              {texts.axis(one.axis, dims[one.axis] ?? 1)}
            </option>
          ))}
        </select>
      }
      table={() => ({
        head: [texts.index, 'max |d|', 'mean |d|'],
        rows: Array.from(profile.maxAbs, (value, cell) => [
          String(cell * profile.perCell),
          formatNumber(value),
          formatNumber(profile.meanAbs[cell] ?? 0),
        ]),
      })}
    >
      <svg className="chart-svg" viewBox={`0 0 ${WIDTH} 102`} role="img" aria-label={texts.axisProfile}>
        {Array.from(profile.maxAbs, (value, cell) => (
          <rect
            key={cell}
            className="bar"
            x={x(cell)}
            width={Math.max(0.6, x(1) - x(0) - (cells > 100 ? 0 : 0.6))}
            y={top(value)}
            height={BOTTOM - top(value)}
          >
            <title>{`${cell * profile.perCell}: ${formatNumber(value)}`}</title>
          </rect>
        ))}
        <path
          className="line-candidate"
          d={Array.from(
            profile.meanAbs,
            (value, cell) => `${cell === 0 ? 'M' : 'L'}${x(cell)},${top(value)}H${x(cell + 1)}`,
          ).join('')}
        />
        <line className="axis-line" x1={LEFT} x2={WIDTH - 8} y1={BOTTOM} y2={BOTTOM} />
        <text className="tick" x={LEFT - 4} y={14} textAnchor="end">
          {positive.length === 0 ? '0' : formatNumber(high)}
        </text>
        <text className="tick" x={LEFT} y={BOTTOM + 13}>
          0
        </text>
        <text className="tick" x={WIDTH - 8} y={BOTTOM + 13} textAnchor="end">
          {(dims[profile.axis] ?? 1) - 1}
        </text>
      </svg>
    </ChartFrame>
  );
}
