import type { ReactNode } from 'react';
import { useId, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { windowTexts } from '../i18n/window.ts';
import type { RunOptions } from '../state/app.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import type { PathPurpose } from './pick.ts';
import { choosePath } from './pick.ts';

/** What is known of the deployed pipeline outside of the graph: what it feeds, what it gives, how it decides. */
export function StageFields(): ReactNode {
  const app = useApp();
  const words = useTexts(stageTexts);
  const options = useAtom(app.options);
  const set = (change: Partial<RunOptions>): void =>
    app.options.update((before) => ({ ...before, ...change }));
  return (
    <>
      <h3 className="form-section">
        {words.stageSection} <span className="soft">{words.stageSectionHint}</span>
      </h3>
      <InputsField value={options.inputs} onChange={(inputs) => set({ inputs })} />
      <TextField
        label={words.picture}
        hint={words.pictureHint}
        purpose="picture"
        value={options.image}
        onChange={(image) => set({ image })}
      />
      <TextField
        label={words.deployedDump}
        hint={words.deployedHint}
        purpose="input"
        value={options.deployed}
        onChange={(deployed) => set({ deployed })}
      />
      <TextField
        label={words.head}
        hint={words.headHint}
        value={options.head}
        onChange={(head) => set({ head })}
      />
      <TextField
        label={words.ignoreWhere}
        hint={words.ignoreHint}
        value={options.ignoreWhere}
        onChange={(ignoreWhere) => set({ ignoreWhere })}
      />
    </>
  );
}

interface InputsFieldProps {
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

/** A file, a folder or `name=file` a line: paths have spaces. Keeps what was typed, the line that is begun too. */
function InputsField({ value, onChange }: InputsFieldProps): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const words = useTexts(stageTexts);
  const id = useId();
  const [text, setText] = useState(value.join('\n'));
  const change = (next: string): void => {
    setText(next);
    onChange(linesOf(next));
  };
  const add = async (): Promise<void> => {
    const path = await choosePath(app, 'input');
    if (path !== undefined) change([...linesOf(text), path].join('\n'));
  };
  return (
    <>
      <label htmlFor={id}>{words.deployedInputs}</label>
      <span className="form-file">
        <textarea
          id={id}
          rows={Math.min(4, Math.max(1, text.split('\n').length))}
          placeholder={texts.inputsRecorded}
          title={words.inputsHint}
          spellCheck={false}
          value={text}
          onChange={({ target }) => change(target.value)}
        />
        <ChooseButton label={words.deployedInputs} onClick={() => void add()} />
      </span>
    </>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

interface TextFieldProps {
  readonly label: string;
  readonly hint: string;
  /** Of a path: what the picker shows. */
  readonly purpose?: PathPurpose;
  /** undefined: not asked for. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function TextField({ label, hint, purpose, value, onChange }: TextFieldProps): ReactNode {
  const app = useApp();
  const id = useId();
  const choose = async (what: PathPurpose): Promise<void> => {
    const path = await choosePath(app, what);
    if (path !== undefined) onChange(path);
  };
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <span className="form-file">
        <input
          id={id}
          placeholder={hint}
          title={value ?? hint}
          spellCheck={false}
          value={value ?? ''}
          onChange={({ target }) => onChange(target.value.trim() === '' ? undefined : target.value)}
        />
        {purpose === undefined ? null : <ChooseButton label={label} onClick={() => void choose(purpose)} />}
      </span>
    </>
  );
}

interface ChooseButtonProps {
  readonly label: string;
  readonly onClick: () => void;
}

function ChooseButton({ label, onClick }: ChooseButtonProps): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <button type="button" className="button-small" aria-label={`${texts.choose} ${label}`} onClick={onClick}>
      {texts.choose}
    </button>
  );
}
