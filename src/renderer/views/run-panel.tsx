import type { ReactNode } from 'react';
import { useState } from 'react';
import { formatBytes } from '../../shared/format.ts';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { windowTexts } from '../i18n/window.ts';
import { startRun } from '../state/actions.ts';
import type { RunOptions } from '../state/app.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { Modal } from '../widgets/modal.tsx';
import { pickPath } from './pick.ts';
import { StageFields } from './stage-fields.tsx';

const LEVELS = ['disabled', 'basic', 'extended', 'all'] as const;
const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'];
const MEMORY = [256, 512, 1024, 2048, 4096, 8192].map((mebibytes) => mebibytes * 2 ** 20);

/** What is compared with what, and how. */
export function RunPanel(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const words = useTexts(stageTexts);
  const model = useAtom(app.model);
  const reference = useAtom(app.reference);
  const options = useAtom(app.options);
  const pairs = useAtom(app.handPairs);
  const set = (change: Partial<RunOptions>): void =>
    app.options.update((before) => ({ ...before, ...change }));
  const close = (): void => app.overlay.set(undefined);
  const number = (text: string): number | undefined =>
    text.trim() === '' || !(Number(text) >= 0) ? undefined : Number(text);
  return (
    <Modal label={texts.runSettings} className="run-panel" onClose={close}>
      <h2>{texts.runSettings}</h2>
      <div className="form">
        <span className="form-label">{texts.candidate}</span>
        <span className="form-file">
          <span>{model?.name ?? texts.none}</span>
          <button type="button" className="button-small" onClick={() => void pickPath(app, 'model')}>
            {texts.choose}
          </button>
        </span>
        <span className="form-label">{texts.reference}</span>
        <span className="form-file">
          <span>
            {reference === undefined
              ? texts.none
              : `${reference.name} (${reference.format}, ${reference.entries})`}
          </span>
          <button type="button" className="button-small" onClick={() => void pickPath(app, 'reference')}>
            {texts.choose}
          </button>
        </span>
        <StageFields />
        <h3 className="form-section">{words.runSection}</h3>
        <label htmlFor="run-sample">{texts.sample}</label>
        <select
          id="run-sample"
          value={options.sample ?? ''}
          onChange={(event) => set({ sample: number(event.target.value) })}
        >
          <option value="">{texts.allSamples}</option>
          {Array.from({ length: reference?.samples ?? 0 }, (_, index) => (
            <option key={index} value={index}>
              {texts.sampleNumber(index)}
            </option>
          ))}
        </select>
        <label htmlFor="run-level">{texts.optimization}</label>
        <select
          id="run-level"
          value={options.optimization}
          onChange={(event) => set({ optimization: event.target.value as RunOptions['optimization'] })}
        >
          {LEVELS.map((level) => (
            <option key={level}>{level}</option>
          ))}
        </select>
        <label htmlFor="run-provider">{texts.provider}</label>
        <select
          id="run-provider"
          value={options.provider}
          onChange={(event) => set({ provider: event.target.value })}
        >
          {PROVIDERS.map((provider) => (
            <option key={provider}>{provider}</option>
          ))}
        </select>
        <label htmlFor="run-memory">{texts.memory}</label>
        <select
          id="run-memory"
          value={options.memoryBytes}
          onChange={(event) => set({ memoryBytes: Number(event.target.value) })}
        >
          {MEMORY.map((bytes) => (
            <option key={bytes} value={bytes}>
              {formatBytes(bytes)}
            </option>
          ))}
        </select>
        <span className="form-label">{texts.threads}</span>
        <NumberField
          label={texts.threads}
          placeholder={texts.threadsAuto}
          value={options.threads === 0 ? undefined : options.threads}
          isWhole
          onChange={(threads) => set({ threads: threads ?? 0 })}
        />
        <span className="form-label">{texts.tolerance}</span>
        <span className="form-file">
          <NumberField
            label="atol"
            placeholder={`atol ${texts.byDtype}`}
            value={options.atol}
            onChange={(atol) => set({ atol })}
          />
          <NumberField
            label="rtol"
            placeholder={`rtol ${texts.byDtype}`}
            value={options.rtol}
            onChange={(rtol) => set({ rtol })}
          />
        </span>
        {pairs.size === 0 ? null : (
          <>
            <span className="form-label">{texts.handPairs(pairs.size)}</span>
            <button type="button" className="button-small" onClick={() => app.handPairs.set(new Map())}>
              {texts.clearPairs}
            </button>
          </>
        )}
      </div>
      <RunLog />
      <div className="modal-actions">
        <button type="button" className="button" onClick={close}>
          {texts.close}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={model === undefined || reference === undefined}
          onClick={() => {
            close();
            void startRun(app);
          }}
        >
          {texts.run}
        </button>
      </div>
    </Modal>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** undefined: left to the engine. */
  readonly value: number | undefined;
  readonly isWhole?: boolean;
  readonly onChange: (value: number | undefined) => void;
}

/** Keeps what was typed, `1e-` on the way to `1e-4` too; what is no number says so and is not used. */
function NumberField({ label, placeholder, value, isWhole, onChange }: NumberFieldProps): ReactNode {
  const texts = useTexts(windowTexts);
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const parsed = text.trim() === '' ? undefined : Number(text);
  const isValid = parsed === undefined || (parsed >= 0 && (isWhole !== true || Number.isInteger(parsed)));
  return (
    <input
      aria-label={label}
      aria-invalid={!isValid}
      title={isValid ? label : texts.invalidNumber}
      placeholder={placeholder}
      inputMode="decimal"
      value={text}
      onChange={(event) => {
        const next = event.target.value;
        setText(next);
        const number = next.trim() === '' ? undefined : Number(next);
        if (number === undefined) onChange(undefined);
        else if (number >= 0 && (isWhole !== true || Number.isInteger(number))) onChange(number);
        else onChange(undefined);
      }}
    />
  );
}

/** What the run that goes on, or the last one, came to and when. */
function RunLog(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { log } = useAtom(app.run);
  if (log.length === 0) return null;
  return (
    <details className="run-log">
      <summary>{texts.log}</summary>
      <ol className="plain-list">
        {log.map((line) => (
          <li key={`${line.stage} ${line.seconds}`}>
            <span className="number">{texts.elapsed(line.seconds)}</span> {texts.stage[line.stage]}{' '}
            <span className="soft">{line.node}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
