import type { ReactNode } from 'react';
import { language, useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { METRICS } from '../state/metrics.ts';
import { chooseLanguage, theme } from '../state/preferences.ts';
import { shortcutText } from './commands.ts';
import type { Perform } from './commands.ts';
import { pickPath } from './pick.ts';

/** Files, search, what colours mean, and the run. */
export function TopBar({ perform }: { readonly perform: Perform }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const metric = useAtom(app.metric);
  const choice = useAtom(theme);
  const { state, shown } = useAtom(app.run);
  const model = useAtom(app.model);
  const reference = useAtom(app.reference);
  return (
    <div className="top" role="banner">
      <span className="brand">Layerdiff</span>
      <button type="button" className="button file-button" onClick={() => void pickPath(app, 'model')}>
        <span className="soft">{texts.candidate}</span> {model?.name ?? texts.choose}
      </button>
      <button type="button" className="button file-button" onClick={() => void pickPath(app, 'reference')}>
        <span className="soft">{texts.reference}</span> {reference?.name ?? texts.choose}
      </button>
      <button type="button" className="search-button" onClick={() => perform('command-palette')}>
        <span>{texts.palette}</span>
        <kbd>{shortcutText('CmdOrCtrl+K')}</kbd>
      </button>
      <span className="spacer" />
      <label className="inline-label">
        {texts.metric}
        <select
          value={metric.key}
          onChange={(event) => {
            const next = METRICS.find((one) => one.key === event.target.value);
            if (next !== undefined) app.metric.set(next);
          }}
        >
          {METRICS.map((one) => (
            <option key={one.key} value={one.key}>
              {one.label[lang]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="button-icon"
        aria-label={texts.theme}
        title={texts.theme}
        onClick={() => theme.set(choice === 'dark' ? 'light' : choice === 'light' ? 'system' : 'dark')}
      >
        {choice === 'dark' ? '☾' : choice === 'light' ? '☀' : '◐'}
      </button>
      <button
        type="button"
        className="button-icon"
        aria-label={texts.language}
        title={texts.language}
        onClick={() => chooseLanguage(lang === 'en' ? 'zh-CN' : 'en')}
      >
        {lang === 'en' ? '中' : 'En'}
      </button>
      <button type="button" className="button" onClick={() => app.overlay.set('run')}>
        {texts.runSettings}…
      </button>
      {state.kind === 'running' ? (
        <button type="button" className="button button-primary" onClick={() => perform('cancel')}>
          {texts.cancel}
        </button>
      ) : (
        <button type="button" className="button button-primary" onClick={() => perform('run')}>
          {shown.report === undefined ? texts.run : texts.runAgain}
        </button>
      )}
    </div>
  );
}
