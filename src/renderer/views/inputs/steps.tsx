import type { ReactNode } from 'react';
import type { InputStepKind } from '../../../shared/input-stage.ts';
import type { PromptStepKind } from '../../../shared/prompt.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { stepNames } from '../../i18n/step.ts';
import { windowTexts } from '../../i18n/window.ts';
import { CopyButton } from '../../widgets/copy-button.tsx';

export interface Step {
  readonly kind: InputStepKind | PromptStepKind;
  readonly text: string;
  readonly fix: string;
}

/** What the deployed side does otherwise, one thing a line: its name, the sentence of the report, what to do about it. */
export function Steps({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  const names = useTexts(stepNames);
  if (steps.length === 0) return null;
  return (
    <ol className="stage-steps">
      {steps.map(({ kind, text, fix }) => (
        <li key={`${kind} ${text}`}>
          <span className="stage-step-name">{names[kind]}</span>
          <span className="stage-step-text">{text}</span>
          {fix === '' ? null : (
            <span className="stage-fix">
              <span className="soft">{words.toDo}</span> {fix}
              <CopyButton text={fix} label={texts.copySetting(fix)} done={texts.start.copied} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
