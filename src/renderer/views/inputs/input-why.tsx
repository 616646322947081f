import type { ReactNode } from 'react';
import { formatNumber, formatPercent } from '../../../shared/format.ts';
import type { InputExplanation } from '../../../shared/input-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** What the steps leave, what else would do, and, where there are no steps, the difference itself. */
export function InputWhy({ explanation }: { readonly explanation: InputExplanation }): ReactNode {
  const words = useTexts(stageTexts);
  const { best, rivals, note, difference } = explanation;
  const isTold = best !== undefined && best.steps.length > 0;
  return (
    <>
      {isTold ? null : (
        <p className="stage-text">{best?.text ?? `${difference.text}. ${words.noExplanation}`}</p>
      )}
      {best === undefined || best.residual === 0 ? null : (
        <p className="soft">
          {words.residual(formatNumber(best.residual), formatPercent(best.residualShare))}
        </p>
      )}
      {note === undefined ? null : <p className="soft">{note}</p>}
      {rivals.length === 0 ? null : (
        <details className="evidence">
          <summary>{words.rivals(rivals.length)}</summary>
          <ul>
            {rivals.map((rival) => (
              <li key={rival.text}>{rival.text}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
