import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { SegmentationHead } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** Labels by how many of their pixels changed. */
export function SegmentationDetails({ head }: { readonly head: SegmentationHead }): ReactNode {
  const words = useTexts(stageTexts);
  const changed = head.classes.filter(({ changed: count }) => count > 0);
  if (changed.length === 0) return null;
  return (
    <section>
      <h4>{words.classes}</h4>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.label}</th>
            <th scope="col" className="number">
              {words.pixels}
            </th>
            <th scope="col" className="number">
              {words.changed}
            </th>
            <th scope="col" className="number">
              {words.iou}
            </th>
          </tr>
        </thead>
        <tbody>
          {changed.map(({ label, pixels, changed: count, iou }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td className="number">{pixels}</td>
              <td className="number">{count}</td>
              <td className="number">{formatNumber(iou)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
