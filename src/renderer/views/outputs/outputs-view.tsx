import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { SampleTold } from '../sample-told.tsx';
import { HeadCard } from './head-card.tsx';

/** After the last node: what both sides make of the outputs, head by head. */
export function OutputsView(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const words = useTexts(stageTexts);
  const { report } = useAtom(app.run).shown;
  if (report === undefined) return <p className="hint">{texts.noVerdictHint}</p>;
  const { heads, sample } = report.outputStage;
  return (
    <div className="stage" tabIndex={0} role="region" aria-label={words.outputs}>
      <SampleTold samples={report.samples} told={sample} />
      {heads.length === 0 ? <p className="hint">{words.noHeads}</p> : null}
      {heads.map((head) => (
        <HeadCard key={`${head.kind} ${head.outputs.join()}`} head={head} />
      ))}
    </div>
  );
}
