import type { ReactNode } from 'react';
import type { UnmapFinding } from '../../../shared/output-stage.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { unmapNames } from '../../i18n/unmap.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { CopyButton } from '../../widgets/copy-button.tsx';

/** How boxes are brought back to the picture: what is otherwise, its arithmetic, and what to write instead. */
export function UnmapFindings({ findings }: { readonly findings: readonly UnmapFinding[] }): ReactNode {
  const words = useTexts(stageTexts);
  const names = unmapNames[useAtom(language)];
  if (findings.length === 0) return null;
  return (
    <section>
      <h4>{words.unmapping}</h4>
      {findings.map((finding) => (
        <div key={finding.text} className="unmap">
          <p>
            <strong>{names[finding.kind]}</strong>{' '}
            <span className="soft">{words.fits(finding.fits, finding.of)}</span>
          </p>
          <p>{finding.text}</p>
          <Arithmetic {...finding} />
        </div>
      ))}
    </section>
  );
}

function Arithmetic({ formula, fix }: Pick<UnmapFinding, 'formula' | 'fix'>): ReactNode {
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  if (formula === undefined && fix === undefined) return null;
  return (
    <dl className="facts-line">
      {formula === undefined ? null : (
        <>
          <dt>{words.formula}</dt>
          <dd>
            <code>{formula}</code>
          </dd>
        </>
      )}
      {fix === undefined ? null : (
        <>
          <dt>{words.toDo}</dt>
          <dd>
            <code>{fix}</code>{' '}
            <CopyButton text={fix} label={texts.copySetting(fix)} done={texts.start.copied} />
          </dd>
        </>
      )}
    </dl>
  );
}
