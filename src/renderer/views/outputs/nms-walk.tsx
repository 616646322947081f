import type { ReactNode } from 'react';
import type { NmsAudit, NmsRuleValue, NmsRules, NmsStep } from '../../../shared/output-stage.ts';
import { formatNumber } from '../../../shared/format.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { DataTable } from '../../widgets/data-table.tsx';

/** The same raw boxes through both sides' rules: which rule differs, and what each side did with each box. */
export function NmsWalk({ audit }: { readonly audit: NmsAudit }): ReactNode {
  const words = useTexts(stageTexts);
  const { rules, text, notes, steps, stepsOf, explanations } = audit;
  return (
    <section>
      <h4>{words.nms}</h4>
      <p>{text}</p>
      {explanations.length < 2 ? null : (
        <ul>
          {explanations.map((one) => (
            <li key={one.text}>{one.text}</li>
          ))}
        </ul>
      )}
      {notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      {rules === undefined ? null : <RulesTable reference={rules.reference} candidate={rules.candidate} />}
      {steps.length === 0 ? null : (
        <>
          <p className="soft">{words.walk(steps.length, stepsOf)}</p>
          <div className="walk">
            <DataTable<NmsStep>
              label={words.nms}
              rows={steps}
              keyOf={({ row, label }) => `${row} ${label}`}
              selected={undefined}
              onSelect={() => undefined}
              rowClass={({ differs }) => (differs ? 'row-introduced' : '')}
              columns={[
                {
                  id: 'row',
                  title: words.row,
                  width: 56,
                  isNumber: true,
                  value: ({ row }) => row,
                  cell: ({ row }) => row,
                },
                {
                  id: 'score',
                  title: words.score,
                  width: 64,
                  isNumber: true,
                  value: ({ score }) => score,
                  cell: ({ score }) => formatNumber(score),
                },
                {
                  id: 'text',
                  title: words.why,
                  width: 240,
                  grows: true,
                  value: ({ text: told }) => told,
                  cell: ({ text: told }) => <span title={told}>{told}</span>,
                },
              ]}
            />
          </div>
        </>
      )}
    </section>
  );
}

function RulesTable({
  reference,
  candidate,
}: {
  readonly reference: NmsRules;
  readonly candidate: NmsRules;
}): ReactNode {
  const words = useTexts(stageTexts);
  const names = (Object.keys(reference) as (keyof NmsRules)[]).sort(
    (a, b) => Number(reference[b] !== candidate[b]) - Number(reference[a] !== candidate[a]),
  );
  return (
    <details className="evidence" open={names.some((name) => reference[name] !== candidate[name])}>
      <summary>{words.rules}</summary>
      <table className="metrics stage-table">
        <thead>
          <tr>
            <th scope="col">{words.rule}</th>
            <th scope="col">{words.reference}</th>
            <th scope="col">{words.candidate}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name} data-differs={reference[name] !== candidate[name]}>
              <th scope="row">{name}</th>
              <td>{valueText(reference[name])}</td>
              <td>{valueText(candidate[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function valueText(value: NmsRuleValue): string {
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
