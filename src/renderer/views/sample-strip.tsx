import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { SampleSummary } from '../../shared/report.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';

/** One button a sample: its verdict by sign and colour; the one chosen is what values are looked up in. */
export function SampleStrip({ samples }: { readonly samples: readonly SampleSummary[] }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const current = useAtom(app.sample);
  if (samples.length < 2) return null;
  return (
    <div className="sample-strip" role="group" aria-label={texts.sample}>
      {samples.map((sample) => {
        const worst = sample.worstOutput;
        const title = `${texts.sampleNumber(sample.index)}: ${sample.kind}${worst === undefined ? '' : `, ${worst.name} ${formatNumber(worst.relativeL2)}`}`;
        return (
          <button
            key={sample.index}
            type="button"
            className={`sample ${sample.kind === 'no-fault' ? 'sample-good' : 'sample-fault'}`}
            aria-pressed={sample.index === current}
            title={title}
            aria-label={title}
            onClick={() => app.sample.set(sample.index)}
          >
            {sample.kind === 'no-fault' ? '✓' : '!'} {sample.index}
          </button>
        );
      })}
    </div>
  );
}
