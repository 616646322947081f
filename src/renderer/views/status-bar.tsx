import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { cancelRun } from '../state/actions.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import type { RunProgress } from '../state/run.ts';
import { secondsLeft } from '../state/run.ts';
import { STAGES } from '../../shared/progress.ts';

/** The run that goes on: stage, nodes, time left, cancel. At rest: what is open. */
export function StatusBar(): ReactNode {
  const app = useApp();
  const { state } = useAtom(app.run);
  return (
    <footer className="status">
      {state.kind === 'running' ? <Running progress={state.progress} /> : <AtRest />}
    </footer>
  );
}

function Running({ progress }: { readonly progress: RunProgress }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const now = useNow();
  const left = secondsLeft(progress, now);
  const stage = STAGES.indexOf(progress.stage);
  const inStage = progress.total === 0 ? 0 : progress.done / progress.total;
  const share = (stage + inStage) / STAGES.length;
  return (
    <>
      <div
        className="progress"
        role="progressbar"
        aria-label={texts.running}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className="progress-bar" style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <span>{texts.stage[progress.stage]}</span>
      <span className="soft">
        {progress.total > 1 ? `${progress.done}/${progress.total}` : ''} {progress.node}
      </span>
      <span className="spacer" />
      <span className="soft">{texts.elapsed(Math.max(0, now - progress.startedAt) / 1000)}</span>
      {left === undefined || left < 1 ? null : <span className="soft">{texts.secondsLeft(left)}</span>}
      <button type="button" className="button-small" onClick={() => void cancelRun(app)}>
        {texts.cancel}
      </button>
    </>
  );
}

function AtRest(): ReactNode {
  const app = useApp();
  const model = useAtom(app.model);
  const reference = useAtom(app.reference);
  const { report } = useAtom(app.run).shown;
  const connection = useAtom(app.connection);
  return (
    <>
      <span>{model?.name ?? report?.environment.candidate.name ?? ''}</span>
      {reference === undefined && report === undefined ? null : (
        <span className="soft">⟷ {reference?.name ?? report?.environment.reference.name}</span>
      )}
      <span className="spacer" />
      {report === undefined ? null : (
        <span className="soft">
          onnxruntime {report.environment.runtime.onnxruntime} · {report.environment.runtime.provider} ·{' '}
          {((report.timings['total'] ?? 0) / 1000).toFixed(1)} s
        </span>
      )}
      {connection.kind === 'ready' ? <span className="soft">{connection.hello.tool}</span> : null}
    </>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}
