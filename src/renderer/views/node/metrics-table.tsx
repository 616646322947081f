import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { ErrorMeasure, TensorRow } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';

const ROWS: readonly (readonly [string, (measure: ErrorMeasure) => number])[] = [
  ['max |d|', (one) => one.maxAbs],
  ['max |d| ÷ scale', (one) => one.relative],
  ['mean |d|', (one) => one.meanAbs],
  ['RMSE', (one) => one.rmse],
  ['relative L2', (one) => one.relativeL2],
  ['SQNR dB', (one) => one.sqnr],
  ['cosine', (one) => one.cosine],
  ['outside atol + rtol·|r|', (one) => one.outside],
  ['max ULP', (one) => one.maxUlp],
  ['p50 |d|', (one) => one.percentiles.p50],
  ['p99 |d|', (one) => one.percentiles.p99],
  ['≠', (one) => one.unequal],
];

/** Both errors side by side. */
export function MetricsTable({ row }: { readonly row: TensorRow }): ReactNode {
  const texts = useTexts(windowTexts);
  const { total, local } = row;
  const cell = (measure: ErrorMeasure | undefined, value: (one: ErrorMeasure) => number): string =>
    measure === undefined ? '–' : formatNumber(value(measure));
  return (
    <table className="metrics">
      <thead>
        <tr>
          <th scope="col">{texts.metrics}</th>
          <th scope="col" className="number">
            {texts.ownError}
          </th>
          <th scope="col" className="number">
            {texts.errorSoFar}
          </th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="number">{cell(local, value)}</td>
            <td className="number">{cell(total, value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
