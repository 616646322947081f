import type { ReactNode } from 'react';
import type { SampleSummary } from '../../shared/report.ts';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';

interface SampleToldProps {
  readonly samples: readonly SampleSummary[];
  readonly told: number;
}

/** Of several samples, which one a pane shows. */
export function SampleTold({ samples, told }: SampleToldProps): ReactNode {
  const words = useTexts(stageTexts);
  return samples.length < 2 ? null : <p className="hint">{words.sampleTold(told, samples.length)}</p>;
}
