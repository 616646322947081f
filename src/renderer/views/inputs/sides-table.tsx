import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import type { SideFact } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { Breakable } from '../../widgets/breakable.tsx';

/** Versions, export flags and settings of both sides: those that differ; the others on demand. */
export function SidesTable({ sides }: { readonly sides: readonly SideFact[] }): ReactNode {
  const words = useTexts(stageTexts);
  if (sides.length === 0) return null;
  const differing = sides.filter(({ differs }) => differs);
  const others = sides.filter(({ differs }) => !differs);
  return (
    <section>
      <h3 className="side-title">
        {words.sides} <span className="soft">{words.sidesHint}</span>
      </h3>
      {differing.length === 0 ? null : <Facts facts={differing} />}
      {others.length === 0 ? null : (
        <details className="evidence">
          <summary>{words.otherFacts(others.length)}</summary>
          <Facts facts={others} />
        </details>
      )}
    </section>
  );
}

function Facts({ facts }: { readonly facts: readonly SideFact[] }): ReactNode {
  const words = useTexts(stageTexts);
  return (
    <table className="metrics stage-table">
      <thead>
        <tr>
          <th scope="col">{words.group.title}</th>
          <th scope="col">{words.fact}</th>
          <th scope="col">{words.reference}</th>
          <th scope="col">{words.candidate}</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(({ group, name, reference, deployed, differs }) => (
          <tr key={`${group} ${name}`} data-differs={differs}>
            <td className="soft stage-group">{words.group[group]}</td>
            <th scope="row">
              <Breakable text={printable(name)} />
            </th>
            <td>{reference === undefined ? '–' : printable(reference)}</td>
            <td>{deployed === undefined ? '–' : printable(deployed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
