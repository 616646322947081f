import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { Detection, DetectionMatch } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** All that is known of one pair of detections. */
export function MatchDetail({ match }: { readonly match: DetectionMatch | undefined }): ReactNode {
  const words = useTexts(stageTexts);
  if (match === undefined) return <p className="hint match-detail">{words.selectMatch}</p>;
  const { state, reference, candidate, because, margins, text } = match;
  return (
    <div className="match-detail" aria-live="polite">
      <p>
        <span className={`match-mark match-${state}`} aria-hidden="true" />{' '}
        <strong>{words.state[state]}</strong> {text}
      </p>
      {because === undefined || text.includes(because.text) ? null : <p>{because.text}</p>}
      {margins.map((margin) => (
        <p key={margin.text} className="soft">
          {margin.text}
        </p>
      ))}
      <dl className="facts-line">
        <Corners title={words.reference} detection={reference} />
        <Corners title={words.candidate} detection={candidate} />
      </dl>
    </div>
  );
}

interface CornersProps {
  readonly title: string;
  readonly detection: Detection | undefined;
}

function Corners({ title, detection }: CornersProps): ReactNode {
  return (
    <>
      <dt>{title}</dt>
      <dd>{detection === undefined ? '–' : detection.box.map(formatNumber).join(', ')}</dd>
    </>
  );
}
