import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { CopyButton } from '../../widgets/copy-button.tsx';
import { windowTexts } from '../../i18n/window.ts';

export interface Step {
  readonly kind: string;
  readonly text: string;
  readonly fix: string;
}

/** What the deployed side does otherwise, one thing a line, each with what to do about it. */
export function Steps({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  if (steps.length === 0) return null;
  return (
    <ol className="stage-steps">
      {steps.map((step) => (
        <li key={`${step.kind} ${step.text}`} data-kind={step.kind}>
          <span>{step.text}</span>
          {step.fix === '' ? null : (
            <span className="stage-fix">
              <span className="soft">{words.toDo}</span> {step.fix}{' '}
              <CopyButton text={step.fix} label={texts.copySetting(step.fix)} done={texts.start.copied} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
