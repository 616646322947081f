import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { ClassificationHead } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** Rows whose first class is another, with the margin that the error ate up. */
export function ClassificationDetails({ head }: { readonly head: ClassificationHead }): ReactNode {
  const words = useTexts(stageTexts);
  if (head.changed.length === 0) return null;
  return (
    <section>
      <h4>
        {words.changedRows} <span className="soft">{head.changedCount}</span>
      </h4>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.row}</th>
            <th scope="col">{words.reference}</th>
            <th scope="col">{words.candidate}</th>
            <th scope="col" className="number">
              {words.margin}
            </th>
            <th scope="col" className="number">
              {words.maxAbs}
            </th>
          </tr>
        </thead>
        <tbody>
          {head.changed.map(({ row, reference, candidate, margin, error }) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              <td>{reference}</td>
              <td>{candidate}</td>
              <td className="number">{formatNumber(margin)}</td>
              <td className="number">{formatNumber(error)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
