import type { ReactNode } from 'react';
import type { NmsAudit } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { NmsSteps } from './nms-steps.tsx';
import { RulesTable } from './rules-table.tsx';

/** The same raw boxes through both sides' rules: which rule differs, and what each side did with each box. */
export function NmsWalk({ audit }: { readonly audit: NmsAudit }): ReactNode {
  const words = useTexts(stageTexts);
  const { state, kept, text, notes, steps, stepsOf, explanations } = audit;
  const others = explanations.slice(1);
  return (
    <section>
      <h4>{words.nms}</h4>
      <p>
        {words.kept(kept.reference, kept.candidate, kept.both)}{' '}
        <span className="soft">{words.audit[state]}</span>
      </p>
      {state === 'unexplained' || state === 'not-judged' ? <p>{text}</p> : null}
      <RulesTable audit={audit} />
      {others.length === 0 ? null : (
        <details className="evidence">
          <summary>{words.otherRules(others.length)}</summary>
          <ul>
            {others.map((one) => (
              <li key={one.text}>{one.text}</li>
            ))}
          </ul>
        </details>
      )}
      {notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      <NmsSteps steps={steps} of={stepsOf} />
    </section>
  );
}
