import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import type { HeadReport } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { ClassificationDetails } from './classification-details.tsx';
import { DetectionDetails } from './detection-details.tsx';
import { EmbeddingDetails } from './embedding-details.tsx';
import { SegmentationDetails } from './segmentation-details.tsx';

/** After the last node: what both sides make of the outputs, head by head. */
export function OutputsView(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const words = useTexts(stageTexts);
  const { report } = useAtom(app.run).shown;
  if (report === undefined) return <p className="hint">{texts.noVerdictHint}</p>;
  const { heads } = report.outputStage;
  return (
    <div className="stage" tabIndex={0} role="region" aria-label={words.outputs}>
      {heads.length === 0 ? <p className="hint">{words.noHeads}</p> : null}
      {heads.map((head) => (
        <article key={head.outputs.join()} className="stage-card" data-differs={head.state === 'differs'}>
          <p className="stage-head">
            <strong>{head.kind}</strong>
            <span className="soft">
              {head.outputs.map(printable).join(', ')} ({words.known[head.known]})
            </span>
            <StatePill state={head.state} />
          </p>
          <p className="stage-text">{head.text}</p>
          {head.notes.map((note) => (
            <p key={note} className="soft">
              {note}
            </p>
          ))}
          <Details head={head} />
        </article>
      ))}
    </div>
  );
}

function StatePill({ state }: { readonly state: HeadReport['state'] }): ReactNode {
  const words = useTexts(stageTexts);
  const look = {
    equal: 'state-equal',
    noise: 'state-noise',
    differs: 'state-introduced',
    'not-compared': 'state-not-compared',
  };
  const text = {
    equal: words.equal,
    noise: words.noise,
    differs: words.differs,
    'not-compared': words.notCompared,
  };
  return <span className={`state ${look[state]}`}>{text[state]}</span>;
}

function Details({ head }: { readonly head: HeadReport }): ReactNode {
  switch (head.kind) {
    case 'detection':
      return <DetectionDetails head={head} />;
    case 'classification':
      return <ClassificationDetails head={head} />;
    case 'segmentation':
      return <SegmentationDetails head={head} />;
    case 'embedding':
      return <EmbeddingDetails head={head} />;
  }
}
