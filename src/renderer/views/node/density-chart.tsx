import { max } from 'd3';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { Density } from '../../../shared/probe.ts';
import { cellImage } from '../../draw/cell-image.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const SIDE = 216;
const LEFT = 46;
const TOP = 6;

/** Reference to the right, candidate up, how often each pair occurs as colour; what agrees lies on the line. */
export function DensityChart({
  density,
  name,
}: {
  readonly density: Density;
  readonly name: string;
}): ReactNode {
  const texts = useTexts(windowTexts);
  const { size, counts, low, high } = density;
  const image = useMemo(() => {
    const most = Math.log1p(max(counts) ?? 1);
    return cellImage(size, size, (row, column) => {
      const count = counts[(size - 1 - row) * size + column] ?? 0;
      return count === 0 ? undefined : 0.12 + 0.88 * (Math.log1p(count) / most);
    });
  }, [size, counts]);
  const at = (index: number): string => formatNumber(low + ((high - low) * (index + 0.5)) / size);
  return (
    <ChartFrame
      title={texts.scatter}
      name={name}
      table={() => ({
        head: [texts.reference, texts.candidate, '#'],
        rows: Array.from(counts, (count, cell) => ({ count, cell }))
          .filter(({ count }) => count > 0)
          .sort((a, b) => b.count - a.count)
          .slice(0, 500)
          .map(({ count, cell }) => [at(cell % size), at(Math.floor(cell / size)), String(count)]),
      })}
    >
      <svg className="chart-svg" viewBox={`0 0 320 ${SIDE + 30}`} role="img" aria-label={texts.scatter}>
        <rect className="plot-ground" x={LEFT} y={TOP} width={SIDE} height={SIDE} />
        <image
          href={image}
          x={LEFT}
          y={TOP}
          width={SIDE}
          height={SIDE}
          preserveAspectRatio="none"
          className="pixelated"
        />
        <line className="identity-line" x1={LEFT} y1={TOP + SIDE} x2={LEFT + SIDE} y2={TOP} />
        <text className="tick" x={LEFT - 4} y={TOP + 8} textAnchor="end">
          {formatNumber(high)}
        </text>
        <text className="tick" x={LEFT - 4} y={TOP + SIDE} textAnchor="end">
          {formatNumber(low)}
        </text>
        <text className="tick" x={LEFT} y={TOP + SIDE + 13}>
          {formatNumber(low)}
        </text>
        <text className="tick" x={LEFT + SIDE} y={TOP + SIDE + 13} textAnchor="end">
          {formatNumber(high)}
        </text>
        <text className="tick axis-name" x={LEFT + SIDE / 2} y={TOP + SIDE + 13} textAnchor="middle">
          {texts.reference} →
        </text>
        <text
          className="tick axis-name"
          transform={`translate(${LEFT - 8} ${TOP + SIDE / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          {texts.candidate} →
        </text>
      </svg>
    </ChartFrame>
  );
}
