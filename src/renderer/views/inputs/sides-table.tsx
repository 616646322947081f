import type { ReactNode } from 'react';
import type { SideFact } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** Versions, export flags and settings of both sides; what differs comes first. */
export function SidesTable({ sides }: { readonly sides: readonly SideFact[] }): ReactNode {
  const words = useTexts(stageTexts);
  if (sides.length === 0) return null;
  const ordered = [...sides].sort((a, b) => Number(b.differs) - Number(a.differs));
  return (
    <section>
      <h3 className="side-title">
        {words.sides} <span className="soft">{words.sidesHint}</span>
      </h3>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.fact}</th>
            <th scope="col">{words.reference}</th>
            <th scope="col">{words.candidate}</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ group, name, reference, deployed, differs }) => (
            <tr key={`${group} ${name}`} data-differs={differs}>
              <th scope="row">
                <span className="soft">{words.group[group]}</span> {name}
              </th>
              <td>{reference ?? '–'}</td>
              <td>{deployed ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
