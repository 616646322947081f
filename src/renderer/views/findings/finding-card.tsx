import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import type { Finding } from '../../../shared/report.ts';
import { findingTitle } from '../../i18n/finding.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { SeverityMark } from './severity-mark.tsx';

export interface FindingCardProps {
  readonly finding: Finding;
  /** Undefined where there is nowhere to go, or where one is there already. */
  readonly onGo?: (() => void) | undefined;
  readonly isShown?: boolean;
}

/** One finding in full. */
export function FindingCard({ finding, onGo, isShown = false }: FindingCardProps): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { kind, severity, subject, text } = finding;
  const name = printable(subject);
  return (
    <article className={`finding finding-${severity}${isShown ? ' finding-shown' : ''}`} data-kind={kind}>
      <p className="finding-head">
        <SeverityMark severity={severity} />
        <strong>{findingTitle(kind, lang)}</strong>
        {onGo === undefined ? null : (
          <button type="button" className="finding-go" aria-label={texts.goTo(name)} onClick={onGo}>
            {name} <span aria-hidden="true">→</span>
          </button>
        )}
        {onGo === undefined && subject !== '' ? <span className="soft finding-subject">{name}</span> : null}
      </p>
      <p className="finding-text">{printable(text)}</p>
    </article>
  );
}
