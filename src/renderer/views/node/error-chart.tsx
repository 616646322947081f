import { max, scaleLinear, scaleLog } from 'd3';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ErrorMeasure } from '../../../shared/report.ts';
import { formatNumber } from '../../../shared/format.ts';
import { errorBars, shareAbove } from '../../draw/error-bins.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const WIDTH = 320;
const HEIGHT = 132;
const LEFT = 42;
const BOTTOM = 112;

export interface ErrorChartProps {
  readonly measure: ErrorMeasure;
  /** Absolute: own error above which the stretch is at fault. */
  readonly tolerance: number | undefined;
  readonly title: string;
  readonly name: string;
}

/** |d| on a log axis: the exact bins of the report, the elements that are equal at the left, the tolerance as a line. */
export function ErrorChart({ measure, tolerance, title, name }: ErrorChartProps): ReactNode {
  const texts = useTexts(windowTexts);
  const [isLog, setIsLog] = useState(true);
  const { histogram } = measure;
  const bars = errorBars(histogram);
  const low = bars[0]?.low ?? 1e-9;
  const high = bars.at(-1)?.high ?? 1;
  // A tolerance of 0 allows no difference at all; it has no place on a log axis.
  const line = tolerance !== undefined && tolerance > 0 ? tolerance : undefined;
  const x = scaleLog(
    [Math.min(low, line ?? low) / 1.5, Math.max(high, line ?? high) * 1.5],
    [LEFT + 26, WIDTH - 8],
  );
  const most = Math.max(max(bars, (bar) => bar.count) ?? 1, histogram.zero, 1);
  const y = isLog ? scaleLog([0.5, most], [BOTTOM, 8]) : scaleLinear([0, most], [BOTTOM, 8]);
  const bar = (from: number, to: number, count: number, className: string, label: string): ReactNode => (
    <rect
      key={label}
      className={className}
      x={from}
      width={Math.max(1, to - from - 0.5)}
      y={y(Math.max(count, 0.5))}
      height={Math.max(0, BOTTOM - y(Math.max(count, 0.5)))}
      data-count={count}
    >
      <title>{`${label}: ${count}`}</title>
    </rect>
  );
  const decades = x.ticks(4).filter((tick) => Math.log10(tick) % 1 === 0);
  const step = Math.max(1, Math.ceil(decades.length / 5));
  return (
    <ChartFrame
      title={title}
      name={name}
      aside={
        <button type="button" className="button-tiny" aria-pressed={isLog} onClick={() => setIsLog(!isLog)}>
          {isLog ? texts.countsLog : texts.countsLinear}
        </button>
      }
      table={() => ({
        head: ['|d| ≥', '|d| <', '#'],
        rows: [
          ['0', '0', String(histogram.zero)],
          ...(histogram.denormal > 0 ? [['0', '1.18e-38', String(histogram.denormal)]] : []),
          ...bars.map((one) => [formatNumber(one.low), formatNumber(one.high), String(one.count)]),
          ...(histogram.nonFinite > 0 ? [['NaN, ∞', '', String(histogram.nonFinite)]] : []),
        ],
      })}
    >
      <svg className="chart-svg" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
        <text className="tick" x={LEFT - 4} y={BOTTOM} textAnchor="end">
          {isLog ? '' : '0'}
        </text>
        <text className="tick" x={LEFT - 4} y={14} textAnchor="end">
          {formatNumber(most)}
        </text>
        {bar(LEFT, LEFT + 14, histogram.zero, 'bar bar-equal', '|d| = 0')}
        <text className="tick" x={LEFT + 7} y={BOTTOM + 13} textAnchor="middle">
          0
        </text>
        {bars.map((one) =>
          bar(
            x(one.low),
            x(one.high),
            one.count,
            tolerance !== undefined && one.low >= tolerance ? 'bar bar-beyond' : 'bar',
            `${formatNumber(one.low)} … ${formatNumber(one.high)}`,
          ),
        )}
        {line === undefined ? null : (
          <line className="tolerance-line" x1={x(line)} x2={x(line)} y1={6} y2={BOTTOM} />
        )}
        <line className="axis-line" x1={LEFT} x2={WIDTH - 8} y1={BOTTOM} y2={BOTTOM} />
        {decades
          .filter((_, index) => index % step === 0)
          .map((tick) => (
            <text key={tick} className="tick" x={x(tick)} y={BOTTOM + 13} textAnchor="middle">
              {formatNumber(tick)}
            </text>
          ))}
      </svg>
      {tolerance === undefined ? null : (
        <p className="chart-note">
          {texts.shareBeyond(
            `${formatNumber(100 * (line === undefined ? measure.unequal : shareAbove(histogram, line)))} %`,
            formatNumber(tolerance),
          )}
        </p>
      )}
    </ChartFrame>
  );
}
