import type { ReactNode } from 'react';
import { printable } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import { language } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { stepNames } from '../i18n/step.ts';
import { useTexts } from '../i18n/language.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';

/** Causes outside of the graph, before the sites in it: a card for each input, prompt and head that differs. */
export function StageCards({ report }: { readonly report: Report }): ReactNode {
  const words = useTexts(stageTexts);
  const lang = useAtom(language);
  const namesOf = (steps: readonly { readonly kind: keyof (typeof stepNames)['en'] }[]): string =>
    [...new Set(steps.map(({ kind }) => stepNames[lang][kind]))].join(lang === 'en' ? ', ' : '、');
  const cards = [
    ...report.inputs
      .filter(({ differs }) => differs)
      .map(({ name, explanation, steps }) => ({
        stage: 'inputs' as const,
        name,
        text: namesOf([...(explanation?.best?.steps ?? []), ...steps]) || words.noExplanation,
      })),
    ...report.inputStage.prompts.map(({ tensor, steps }) => ({
      stage: 'inputs' as const,
      name: tensor,
      text: namesOf(steps),
    })),
    ...report.outputStage.heads
      .filter(({ decides }) => decides)
      .map(({ outputs, text }) => ({ stage: 'outputs' as const, name: outputs.join(', '), text })),
  ];
  if (cards.length === 0) return null;
  return (
    <ul className="plain-list">
      {cards.map(({ stage, name, text }) => (
        <li key={`${stage} ${name}`}>
          <StageCard stage={stage} name={name} text={text} />
        </li>
      ))}
    </ul>
  );
}

interface StageCardProps {
  readonly stage: 'inputs' | 'outputs';
  readonly name: string;
  readonly text: string;
}

function StageCard({ stage, name, text }: StageCardProps): ReactNode {
  const app = useApp();
  const words = useTexts(stageTexts);
  return (
    <article className="site" onClick={() => app.centerTab.set(stage)}>
      <p className="site-head">
        <span className="site-number" aria-hidden="true">
          {stage === 'inputs' ? '→' : '⇥'}
        </span>
        <button type="button" className="site-op">
          {printable(name)}
        </button>
        <span className="soft stage-source">{stage === 'inputs' ? words.stageIn : words.stageOut}</span>
      </p>
      <p>{text}</p>
    </article>
  );
}
