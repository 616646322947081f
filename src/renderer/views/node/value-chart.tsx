import { max, scaleLinear, scaleSymlog } from 'd3';
import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { TensorProbe } from '../../../shared/probe.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const WIDTH = 320;
const HEIGHT = 110;
const LEFT = 42;
const BOTTOM = 92;

/** Values of both sides over the same bins: the reference as a filled area, the candidate as a line. */
export function ValueChart({
  probe,
  name,
}: {
  readonly probe: TensorProbe;
  readonly name: string;
}): ReactNode {
  const texts = useTexts(windowTexts);
  const { candidate, reference } = probe;
  const bins = candidate.counts.length;
  const most = Math.max(
    max(candidate.counts) ?? 1,
    reference === undefined ? 1 : (max(reference.counts) ?? 1),
    1,
  );
  const x = scaleLinear([0, bins], [LEFT, WIDTH - 8]);
  const y = scaleSymlog([0, most], [BOTTOM, 8]);
  const steps = (counts: Float64Array): string =>
    Array.from(counts, (count, bin) => `${bin === 0 ? 'M' : 'L'}${x(bin)},${y(count)}H${x(bin + 1)}`).join(
      '',
    );
  const edge = (bin: number): number => candidate.low + ((candidate.high - candidate.low) * bin) / bins;
  return (
    <ChartFrame
      title={texts.valueHistogram}
      name={name}
      table={() => ({
        head: ['≥', texts.reference, texts.candidate],
        rows: Array.from(candidate.counts, (count, bin) => [
          formatNumber(edge(bin)),
          reference === undefined ? '' : String(reference.counts[bin] ?? 0),
          String(count),
        ]),
      })}
    >
      <svg
        className="chart-svg"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={texts.valueHistogram}
      >
        {reference === undefined ? null : (
          <path className="area-reference" d={`${steps(reference.counts)}V${BOTTOM}H${LEFT}Z`} />
        )}
        <path className="line-candidate" d={steps(candidate.counts)} />
        <line className="axis-line" x1={LEFT} x2={WIDTH - 8} y1={BOTTOM} y2={BOTTOM} />
        <text className="tick" x={LEFT - 4} y={14} textAnchor="end">
          {formatNumber(most)}
        </text>
        <text className="tick" x={LEFT} y={BOTTOM + 13}>
          {formatNumber(candidate.low)}
        </text>
        <text className="tick" x={WIDTH - 8} y={BOTTOM + 13} textAnchor="end">
          {formatNumber(candidate.high)}
        </text>
      </svg>
    </ChartFrame>
  );
}
