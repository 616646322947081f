import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import type { OutputEffect } from '../../../shared/prompt.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

export interface EffectsTableProps {
  readonly title: string;
  readonly hint: string;
  readonly effects: readonly OutputEffect[];
}

/** What a difference before the first node does to each graph output. */
export function EffectsTable({ title, hint, effects }: EffectsTableProps): ReactNode {
  const words = useTexts(stageTexts);
  if (effects.length === 0) return null;
  return (
    <section>
      <h4>
        {title} <span className="soft">{hint}</span>
      </h4>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.output}</th>
            <th scope="col" className="number">
              {words.relativeL2}
            </th>
            <th scope="col" className="number">
              {words.maxAbs}
            </th>
          </tr>
        </thead>
        <tbody>
          {effects.map(({ output, relativeL2, maxAbs, dims, reached }) => (
            <tr key={output}>
              <th scope="row">{printable(output)}</th>
              {dims === undefined ? (
                <>
                  <td className="number">
                    {relativeL2 === undefined ? '–' : reached ? formatNumber(relativeL2) : words.unmoved}
                  </td>
                  <td className="number">{maxAbs === undefined ? '–' : formatNumber(maxAbs)}</td>
                </>
              ) : (
                <td colSpan={2} className="number">
                  {words.shapes(formatShape(dims.deployed), formatShape(dims.recorded))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
