import type { ReactNode } from 'react';
import { printable } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import { headCauses, headSummary } from '../i18n/head.ts';
import type { Language } from '../i18n/language.ts';
import { language, useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { stepNames } from '../i18n/step.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';

/** Causes outside of the graph, before the sites in it: a card for each input, prompt and head that differs. */
export function StageCards({ report }: { readonly report: Report }): ReactNode {
  const lang = useAtom(language);
  const cards = cardsOf(report, lang);
  if (cards.length === 0) return null;
  return (
    <ul className="plain-list">
      {cards.map((card) => (
        <li key={`${card.stage} ${card.name}`}>
          <StageCard {...card} />
        </li>
      ))}
    </ul>
  );
}

interface Card {
  readonly stage: 'inputs' | 'outputs';
  readonly name: string;
  /** What is otherwise, in a few words. */
  readonly causes: string;
  /** What that comes to; empty where the causes say it. */
  readonly text: string;
}

function cardsOf(report: Report, lang: Language): Card[] {
  const listed = (names: readonly string[]): string => [...new Set(names)].join(lang === 'en' ? ', ' : '、');
  const stepsOf = (steps: readonly { readonly kind: keyof (typeof stepNames)['en'] }[]): string =>
    listed(steps.map(({ kind }) => stepNames[lang][kind]));
  return [
    ...report.inputs
      .filter(({ differs }) => differs)
      .map(({ name, explanation, steps }) => {
        const causes = stepsOf([...(explanation?.best?.steps ?? []), ...steps]);
        const text = causes === '' ? stageTexts[lang].noExplanation : '';
        return { stage: 'inputs' as const, name, causes, text };
      }),
    ...report.inputStage.prompts.map(({ tensor, steps }) => ({
      stage: 'inputs' as const,
      name: tensor,
      causes: stepsOf(steps),
      text: '',
    })),
    ...report.outputStage.heads
      .filter(({ decides }) => decides)
      .map((head) => ({
        stage: 'outputs' as const,
        name: head.outputs.join(', '),
        causes: listed(headCauses(head, lang)),
        text: headSummary(head, lang),
      })),
  ];
}

function StageCard({ stage, name, causes, text }: Card): ReactNode {
  const app = useApp();
  const words = useTexts(stageTexts);
  const isIn = stage === 'inputs';
  return (
    <article className="site" onClick={() => app.centerTab.set(stage)}>
      <div className="site-head">
        <span className="site-number" aria-hidden="true">
          {isIn ? '→' : '⇥'}
        </span>
        <button type="button" className="site-op">
          {printable(name)}
        </button>
        <span className="soft stage-source">{isIn ? words.stageIn : words.stageOut}</span>
      </div>
      {causes === '' ? null : <p className="stage-card-text">{causes}</p>}
      {text === '' ? null : (
        <p className="stage-card-text soft" title={text}>
          {text}
        </p>
      )}
    </article>
  );
}
