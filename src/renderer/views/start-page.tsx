import type { ReactNode } from 'react';
import { useState } from 'react';
import { host } from '../connect/host.ts';
import { saveBlob } from '../connect/save.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { attempt, clientOf, openDemo } from '../state/actions.ts';
import { useApp } from '../state/app.ts';
import { pickPath } from './pick.ts';

const RECORD = `from layerdiff_recorder import record
with torch.no_grad(), record(model.eval(), "dump"):
    model(image)`;

/** An empty window says what it is for, and offers the first step. */
export function StartPage(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const [copied, setCopied] = useState(false);
  const { start } = texts;
  return (
    <main className="start">
      <div className="start-inner">
        <p className="start-name">Layerdiff</p>
        <h1>{start.title}</h1>
        <p className="start-lead">{start.lead}</p>
        <div className="start-actions">
          <button type="button" className="button button-primary" onClick={() => void openDemo(app)}>
            {start.demo}
          </button>
          <button type="button" className="button" onClick={() => void pickPath(app, 'model')}>
            {start.openModel}
          </button>
          <button type="button" className="button" onClick={() => void pickPath(app, 'report')}>
            {start.openReport}
          </button>
        </div>
        <p className="soft">
          {start.demoHint} {host === undefined ? '' : start.drop}
        </p>
        <h2>{start.record}</h2>
        <pre className="code">{RECORD}</pre>
        <div className="start-actions">
          <button
            type="button"
            className="button-small"
            onClick={() => {
              void navigator.clipboard.writeText(RECORD).then(() => setCopied(true));
            }}
          >
            {copied ? start.copied : start.copy}
          </button>
          <button
            type="button"
            className="button-small"
            onClick={() =>
              void attempt(app, async () => {
                const source = await clientOf(app).recorder();
                await saveBlob('layerdiff_recorder.py', new Blob([source], { type: 'text/x-python' }));
              })
            }
          >
            {start.saveRecorder}
          </button>
        </div>
      </div>
    </main>
  );
}
