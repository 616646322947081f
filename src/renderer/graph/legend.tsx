import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { HeatScale } from '../draw/palette.ts';
import { graphTexts } from '../i18n/graph.ts';
import { language, useTexts } from '../i18n/language.ts';
import { useAtom } from '../state/atom.ts';
import type { Metric } from '../state/metrics.ts';

/** What colours and marks mean, with the threshold and why it is there. */
export function Legend({
  metric,
  scale,
  hasRun,
}: {
  readonly metric: Metric;
  readonly scale: HeatScale;
  readonly hasRun: boolean;
}): ReactNode {
  const texts = useTexts(graphTexts);
  const now = useAtom(language);
  if (!hasRun) return undefined;
  const stops = scale.colors.map((color, index) => {
    const width = 100 / scale.colors.length;
    return `${color} ${(index * width).toFixed(2)}% ${((index + 1) * width).toFixed(2)}%`;
  });
  return (
    <section className="graph-legend" aria-label={texts.legend}>
      <h3>{metric.label[now]}</h3>
      <div className="graph-ramp" style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }}>
        {scale.breakAt !== undefined && <span className="graph-break" />}
      </div>
      <div className="graph-ticks">
        {ticks(metric, scale).map(({ place, value, prefix }) => (
          <span key={place} style={{ left: `${100 * place}%` }}>
            {prefix + formatNumber(value)}
          </span>
        ))}
      </div>
      {metric.threshold !== undefined && (
        <p>
          {formatNumber(metric.threshold.at)}: {metric.threshold.reason[now]}
        </p>
      )}
      <ul>
        <li>
          <span className="graph-key graph-key-site">!</span>
          {texts.marks.introduced}
        </li>
        {scale.breakAt !== undefined && (
          <li>
            <span className="graph-key graph-key-over" />
            {texts.marks.over}
          </li>
        )}
        <li>
          <span className="graph-key graph-key-unmatched" />
          {texts.marks.unmatched}
        </li>
        <li>
          <span className="graph-key graph-key-way" />
          {texts.marks.way}
        </li>
      </ul>
    </section>
  );
}

interface Tick {
  readonly place: number;
  readonly value: number;
  readonly prefix: string;
}

function ticks(metric: Metric, scale: HeatScale): readonly Tick[] {
  const [low, high] = scale.domain;
  const ends = [
    { place: scale.place(low), value: low, prefix: '≤ ' },
    { place: scale.place(high), value: high, prefix: '≥ ' },
  ];
  if (metric.threshold === undefined) return ends.map((end) => ({ ...end, prefix: '' }));
  return [...ends, { place: 0.5, value: metric.threshold.at, prefix: '' }];
}
