import type { ReactNode } from 'react';
import type { EmbeddingHead } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** Rows by cosine, the lowest first, with their nearest neighbour on either side. */
export function EmbeddingDetails({ head }: { readonly head: EmbeddingHead }): ReactNode {
  const words = useTexts(stageTexts);
  if (head.worst.length === 0) return null;
  return (
    <section>
      <h4>{words.worstRows}</h4>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.row}</th>
            <th scope="col" className="number">
              {words.cosine}
            </th>
            <th scope="col">{words.nearest}</th>
          </tr>
        </thead>
        <tbody>
          {head.worst.map(({ row, cosine, nearest }) => (
            <tr key={row} data-differs={nearest !== undefined && nearest.reference !== nearest.candidate}>
              <th scope="row">{row}</th>
              <td className="number">{cosine.toFixed(6)}</td>
              <td>{nearest === undefined ? '–' : `${nearest.reference} → ${nearest.candidate}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
