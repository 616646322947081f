import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import type { HeadReport } from '../../../shared/output-stage.ts';
import { headCauses, headNames, headSummary } from '../../i18n/head.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { ClassificationDetails } from './classification-details.tsx';
import { DetectionDetails } from './detection-details.tsx';
import { EmbeddingDetails } from './embedding-details.tsx';
import { SegmentationDetails } from './segmentation-details.tsx';

/** One head: what it is, what both sides make of it, and why they do not agree. */
export function HeadCard({ head }: { readonly head: HeadReport }): ReactNode {
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const summary = headSummary(head, lang);
  const causes = headCauses(head, lang);
  return (
    <article className="stage-card" data-differs={head.state === 'differs'}>
      <div className="stage-head">
        <h3>{headNames[lang][head.kind]}</h3>
        <StatePill state={head.state} />
        <span className="soft">{head.outputs.map(printable).join(', ')}</span>
        <span className="soft stage-source">{words.known[head.known]}</span>
      </div>
      <p className="stage-text">{summary}</p>
      {causes.length === 0 ? null : (
        <ul className="stage-causes" aria-label={words.why}>
          {causes.map((cause) => (
            <li key={cause}>{cause}</li>
          ))}
        </ul>
      )}
      {head.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      <Details head={head} />
      {summary === head.text ? null : (
        <details className="evidence">
          <summary>{texts.wholeSentence}</summary>
          <p>{head.text}</p>
        </details>
      )}
    </article>
  );
}

const LOOKS = {
  equal: 'state-equal',
  noise: 'state-noise',
  differs: 'state-introduced',
  'not-compared': 'state-not-compared',
} as const;

function StatePill({ state }: { readonly state: HeadReport['state'] }): ReactNode {
  const words = useTexts(stageTexts);
  return <span className={`state ${LOOKS[state]}`}>{words.headState[state]}</span>;
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
