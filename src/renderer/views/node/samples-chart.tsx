import { scaleLog } from 'd3';
import type { ReactNode } from 'react';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import type { SampleSummary, TensorRow } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { ChartFrame } from '../../widgets/chart-frame.tsx';

const WIDTH = 320;
const LEFT = 52;
const BOTTOM = 84;

/** With several samples: the error so far of each, over the elements of its inputs, so that a fault of some shapes stands out. */
export function SamplesChart({ row }: { readonly row: TensorRow }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { report } = useAtom(app.run).shown;
  const current = useAtom(app.sample);
  const each = row.overSamples?.each;
  if (each === undefined || report === undefined) return null;
  const points = each.map((one) => {
    const summary = report.samples.find((sample) => sample.index === one.sample);
    return { ...one, size: sizeOf(summary), text: shapesOf(summary) };
  });
  const errors = points
    .map((point) => point.relativeL2)
    .filter((error) => error > 0 && Number.isFinite(error));
  const y = scaleLog(errors.length === 0 ? [1e-9, 1] : [Math.min(...errors) / 2, Math.max(...errors) * 2], [
    BOTTOM,
    8,
  ]).clamp(true);
  const sizes = points.map((point) => point.size);
  const isOneSize = Math.min(...sizes) === Math.max(...sizes);
  const size = scaleLog([Math.min(...sizes), Math.max(...sizes)], [LEFT + 12, WIDTH - 16]);
  // Samples of one shape are told apart by their place instead.
  const x = (index: number): number =>
    isOneSize
      ? LEFT + 12 + (index * (WIDTH - LEFT - 28)) / Math.max(1, points.length - 1)
      : size(points[index]?.size ?? 1);
  return (
    <ChartFrame
      title={texts.samples}
      name="samples"
      table={() => ({
        head: [texts.sample, texts.inputsOf, texts.errorSoFar, `${texts.ownError} ÷`],
        rows: points.map((point) => [
          String(point.sample),
          point.text,
          formatNumber(point.relativeL2),
          formatNumber(point.excess),
        ]),
      })}
    >
      <svg className="chart-svg" viewBox={`0 0 ${WIDTH} 102`} role="img" aria-label={texts.samples}>
        {points.map((point, index) => (
          <circle
            key={point.sample}
            className={point.excess > 1 ? 'dot dot-fault' : 'dot'}
            cx={x(index)}
            cy={point.relativeL2 > 0 ? y(point.relativeL2) : BOTTOM}
            r={point.sample === current ? 5 : 3.5}
            onClick={() => app.sample.set(point.sample)}
          >
            <title>{`${texts.sampleNumber(point.sample)} ${point.text}: ${formatNumber(point.relativeL2)}`}</title>
          </circle>
        ))}
        <line className="axis-line" x1={LEFT} x2={WIDTH - 8} y1={BOTTOM} y2={BOTTOM} />
        <text className="tick" x={LEFT - 4} y={14} textAnchor="end">
          {errors.length === 0 ? '' : formatNumber(Math.max(...errors) * 2)}
        </text>
        <text className="tick" x={LEFT} y={BOTTOM + 13}>
          {points[0]?.text ?? ''}
        </text>
        <text className="tick" x={WIDTH - 8} y={BOTTOM + 13} textAnchor="end">
          {isOneSize ? '' : (points.at(-1)?.text ?? '')}
        </text>
      </svg>
    </ChartFrame>
  );
}

function sizeOf(summary: SampleSummary | undefined): number {
  const sizes = summary?.inputs.map(({ dims }) => dims.reduce((all, dim) => all * dim, 1)) ?? [];
  return Math.max(1, ...sizes);
}

function shapesOf(summary: SampleSummary | undefined): string {
  return summary?.inputs.map(({ dims }) => formatShape(dims)).join(' ') ?? '';
}
