import { useState } from 'react';
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
  isRoomy,
}: {
  readonly metric: Metric;
  readonly scale: HeatScale;
  readonly hasRun: boolean;
  /** False: the marks are folded away until asked for. */
  readonly isRoomy: boolean;
}): ReactNode {
  const texts = useTexts(graphTexts);
  const now = useAtom(language);
  const [isOpen, setOpen] = useState(isRoomy);
  if (!hasRun) return undefined;
  const stops = scale.colors.map((color, index) => {
    const width = 100 / scale.colors.length;
    return `${color} ${(index * width).toFixed(2)}% ${((index + 1) * width).toFixed(2)}%`;
  });
  return (
    <section className="graph-legend" aria-label={texts.legend}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span>{metric.label[now]}</span>
        <svg viewBox="0 0 10 6" width="10" height="6" aria-hidden="true">
          <path d={isOpen ? 'M1 1l4 4 4-4' : 'M1 5l4-4 4 4'} />
        </svg>
      </button>
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
      {isOpen && <Explanation metric={metric} scale={scale} />}
    </section>
  );
}

function Explanation({ metric, scale }: { readonly metric: Metric; readonly scale: HeatScale }): ReactNode {
  const { marks } = useTexts(graphTexts);
  const now = useAtom(language);
  return (
    <>
      {metric.threshold !== undefined && (
        <p>
          {formatNumber(metric.threshold.at)}: {metric.threshold.reason[now]}
        </p>
      )}
      <ul>
        <li>
          <span className="graph-key graph-key-site">!</span>
          {marks.introduced}
        </li>
        {scale.breakAt !== undefined && (
          <li>
            <span className="graph-key graph-key-over" />
            {marks.over}
          </li>
        )}
        <li>
          <span className="graph-key graph-key-unmatched" />
          {marks.unmatched}
        </li>
        <li>
          <span className="graph-key graph-key-way" />
          {marks.way}
        </li>
        <li>
          <span className="graph-key graph-key-gain">×2</span>
          {marks.gain}
        </li>
      </ul>
    </>
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
