import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { TensorRow } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';

/** With several samples: the spread of the error so far over them. The report keeps mean and ends, and which is worst. */
export function SamplesChart({ row }: { readonly row: TensorRow }): ReactNode {
  const texts = useTexts(windowTexts);
  const { overSamples } = row;
  if (overSamples === undefined) return null;
  return (
    <p className="chart-note">
      {texts.samples}: {formatNumber(overSamples.min)} … {formatNumber(overSamples.max)} (μ{' '}
      {formatNumber(overSamples.mean)}), {texts.sampleNumber(row.sample)}{' '}
      {row.shape === undefined ? '' : `[${row.shape.join(', ')}]`}
    </p>
  );
}
