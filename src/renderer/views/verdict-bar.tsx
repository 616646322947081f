import type { ReactNode } from 'react';
import { useLayoutEffect, useRef, useState } from 'react';
import { errorLine } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import { causeConfirm, causeFix, causeText } from '../i18n/cause.ts';
import { language, useTexts } from '../i18n/language.ts';
import { kindText, verdictSentence } from '../i18n/verdict.ts';
import { windowTexts } from '../i18n/window.ts';
import { startRun } from '../state/actions.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { SampleStrip } from './sample-strip.tsx';
import { ExperimentChip } from './site/experiment-chip.tsx';

/** The answer, on top: one sentence, where there is one site its cause, what it rests on, and the samples it is of. */
export function VerdictBar(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { state, shown } = useAtom(app.run);
  const { report } = shown;
  const lang = useAtom(language);
  const reference = useAtom(app.reference);
  if (state.kind === 'failed') {
    const { tag } = state.error;
    const [title, hint] =
      tag === 'engine-died'
        ? [texts.engineDied, texts.engineDiedHint]
        : tag === 'cancelled'
          ? [texts.cancelled, texts.cancelledHint]
          : [tag === 'not-comparable' ? texts.failed : texts.runFailed, ''];
    return (
      <header className="verdict verdict-stopped" role={tag === 'cancelled' ? 'status' : 'alert'}>
        <h1 className="verdict-sentence">{title}</h1>
        <p className="verdict-detail">{tag === 'cancelled' ? hint : `${errorLine(state.error)}. ${hint}`}</p>
        {report === undefined ? null : (
          <p className="verdict-detail">
            {texts.previousRun}: {verdictSentence(report, lang)}
          </p>
        )}
        <button type="button" className="button" onClick={() => void startRun(app)}>
          {texts.runAgain}
        </button>
      </header>
    );
  }
  if (report === undefined) {
    return (
      <header className="verdict">
        <h1 className="verdict-sentence">{state.kind === 'running' ? texts.running : texts.noVerdict}</h1>
        {state.kind === 'running' ? null : (
          <p className="verdict-detail">{reference === undefined ? texts.noVerdictHint : texts.readyHint}</p>
        )}
      </header>
    );
  }
  return <Judged report={report} />;
}

function Judged({ report }: { readonly report: Report }): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { verdict, weights, coverage } = report;
  const tone = verdict.kind === 'no-fault' ? 'good' : verdict.kind === 'not-comparable' ? 'stopped' : 'fault';
  const sentence = verdictSentence(report, lang);
  const heading = useRef<HTMLHeadingElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isCut = useIsCut(heading, `${lang} ${sentence} ${isOpen}`);
  return (
    <header className={`verdict verdict-${tone}`}>
      <h1
        ref={heading}
        className={isOpen ? 'verdict-sentence verdict-whole' : 'verdict-sentence'}
        title={sentence}
      >
        <span className="verdict-kind">{kindText(verdict.kind, lang)}</span>
        {verdict.isInnocent ? (
          <span className="verdict-kind verdict-innocent">✓ {texts.noNodeAtFault}</span>
        ) : null}
        {sentence}
      </h1>
      <OnlyCause report={report} />
      <p className="verdict-detail">
        {isCut || isOpen ? (
          <button
            type="button"
            className="verdict-more"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? texts.lessText : texts.wholeSentence}
          </button>
        ) : null}
        {[
          texts.weightsMatch(weights.matched, weights.of),
          texts.tensorsCompared(coverage.compared, coverage.tensors),
          texts.entriesPaired(coverage.pairedEntries, coverage.entries),
        ].join(' · ')}
      </p>
      <SampleStrip samples={report.samples} />
    </header>
  );
}

/** Of the one site there is: why, what to do, and the setting that is right. Several have theirs in the list. */
function OnlyCause({ report }: { readonly report: Report }): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const [site, ...others] = report.verdict.sites;
  if (site?.cause === undefined || others.length > 0) return null;
  const { cause } = site;
  const confirm = causeConfirm(cause, lang);
  return (
    <div className="verdict-cause">
      <dl>
        <dt>{texts.likelyCause}</dt>
        <dd>{causeText(site, cause, lang, 'this')}</dd>
        <dt>{texts.toDo}</dt>
        <dd>{causeFix(cause, lang)}</dd>
        {confirm === '' ? null : (
          <>
            <dt>{texts.toConfirm}</dt>
            <dd>{confirm}</dd>
          </>
        )}
      </dl>
      {cause.experiment === undefined ? null : <ExperimentChip experiment={cause.experiment} />}
    </div>
  );
}

/** Whether a clamped element hides some of its text. @param shown changes when what is in it does */
function useIsCut(element: React.RefObject<HTMLElement | null>, shown: string): boolean {
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => setCut(current.scrollHeight > current.clientHeight + 1));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, shown]);
  return isCut;
}
