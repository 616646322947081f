import type { ReactNode } from 'react';
import { errorLine } from '../../shared/errors.ts';
import { language, useTexts } from '../i18n/language.ts';
import { kindText, verdictSentence } from '../i18n/verdict.ts';
import { windowTexts } from '../i18n/window.ts';
import { startRun } from '../state/actions.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { SampleStrip } from './sample-strip.tsx';

/** The answer, on top: one sentence, what it rests on, and the samples it is of. */
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
  const { verdict, weights, coverage } = report;
  const tone = verdict.kind === 'no-fault' ? 'good' : verdict.kind === 'not-comparable' ? 'stopped' : 'fault';
  return (
    <header className={`verdict verdict-${tone}`}>
      <h1 className="verdict-sentence" title={verdict.sentence}>
        <span className="verdict-kind">{kindText(verdict.kind, lang)}</span>
        {verdictSentence(report, lang)}
      </h1>
      <p className="verdict-detail">
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
