import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { formatNumber } from '../../../shared/format.ts';
import type { PromptRow } from '../../../shared/prompt.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useApp } from '../../state/app.ts';
import { selectNode } from '../../state/select.ts';
import { EffectsTable } from './effects-table.tsx';
import { Steps } from './steps.tsx';

/** A prompt that the graph holds: what is otherwise, how far another length goes, which outputs it moves. */
export function PromptCard({ prompt }: { readonly prompt: PromptRow }): ReactNode {
  const words = useTexts(stageTexts);
  const { tensor, entry, found, text, steps, firstMismatch, reductions, effects, refused } = prompt;
  return (
    <article className="stage-card" data-differs="true">
      <p className="stage-head">
        <strong>{printable(tensor)}</strong>
        <span className="soft">
          {words.comparedWith(printable(entry))} ({found})
        </span>
      </p>
      <p className="stage-text">{text}</p>
      <Steps steps={steps} />
      {firstMismatch === undefined ? null : (
        <p>
          <span className="soft">{words.firstMismatch}</span> <NodeLink node={firstMismatch} />
        </p>
      )}
      {reductions.map(({ node, opType, maxAbs }) => (
        <p key={node}>
          <span className="soft">{words.reduction}</span> {opType} <NodeLink node={node} />
          {maxAbs === undefined ? null : <span className="soft"> ({formatNumber(maxAbs)})</span>}
        </p>
      ))}
      {refused === undefined ? null : <p className="problem-inline">{refused}</p>}
      <EffectsTable title={words.effects} hint={words.promptEffectsHint} effects={effects} />
    </article>
  );
}

function NodeLink({ node }: { readonly node: string }): ReactNode {
  const app = useApp();
  return (
    <button type="button" className="finding-go" onClick={() => selectNode(app, node)}>
      {printable(node)} <span aria-hidden="true">→</span>
    </button>
  );
}
