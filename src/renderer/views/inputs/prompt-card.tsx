import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import type { PromptRow } from '../../../shared/prompt.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useApp } from '../../state/app.ts';
import { selectNode } from '../../state/select.ts';
import { Breakable } from '../../widgets/breakable.tsx';
import { EffectsTable } from './effects-table.tsx';
import { Steps } from './steps.tsx';

/** A prompt that the graph holds: what is otherwise, how far another length goes, which outputs it moves. */
export function PromptCard({ prompt }: { readonly prompt: PromptRow }): ReactNode {
  const words = useTexts(stageTexts);
  const { tensor, entry, found, text, steps, firstMismatch, reductions, effects, refused } = prompt;
  const { deployedDims, recordedDims } = prompt;
  const isLonger = formatShape(deployedDims) !== formatShape(recordedDims);
  return (
    <article className="stage-card" data-differs="true">
      <div className="stage-head">
        <h3>{printable(tensor)}</h3>
        <span className="state state-introduced">{words.differs}</span>
        <span className="soft">
          {isLonger
            ? words.shapes(formatShape(deployedDims), formatShape(recordedDims))
            : formatShape(recordedDims)}
        </span>
        <span className="soft stage-source" title={found}>
          {words.comparedWith(printable(entry))}
        </span>
      </div>
      {steps.length === 0 ? <p className="stage-text">{text}</p> : null}
      <Steps steps={steps} />
      {firstMismatch === undefined && reductions.length === 0 ? null : (
        <dl className="facts">
          {firstMismatch === undefined ? null : (
            <>
              <dt>{words.firstMismatch}</dt>
              <dd>
                <NodeLink node={firstMismatch} />
              </dd>
            </>
          )}
          {reductions.length === 0 ? null : (
            <>
              <dt>{words.reduction}</dt>
              <dd>
                {reductions.map(({ node, opType, maxAbs }) => (
                  <div key={node}>
                    <NodeLink node={node} />{' '}
                    <span className="soft">
                      {opType}
                      {maxAbs === undefined ? null : `, ${words.maxAbs} ${formatNumber(maxAbs)}`}
                    </span>
                  </div>
                ))}
              </dd>
            </>
          )}
        </dl>
      )}
      {refused === undefined ? null : <p className="problem-inline">{refused}</p>}
      <EffectsTable title={words.effects} hint={words.promptEffectsHint} effects={effects} />
    </article>
  );
}

function NodeLink({ node }: { readonly node: string }): ReactNode {
  const app = useApp();
  return (
    <button type="button" className="finding-go" onClick={() => selectNode(app, node)}>
      <Breakable text={printable(node)} /> <span aria-hidden="true">→</span>
    </button>
  );
}
