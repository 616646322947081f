import type { ReactNode } from 'react';
import type { NmsAudit, NmsRuleName, NmsRules } from '../../../shared/output-stage.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { ruleNames, ruleValue } from '../../i18n/nms.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useAtom } from '../../state/atom.ts';

/** Rules of both sides: those that differ, with how many boxes each changes by itself; the others on demand. */
export function RulesTable({ audit }: { readonly audit: NmsAudit }): ReactNode {
  const words = useTexts(stageTexts);
  const { rules, explanations } = audit;
  if (rules === undefined) return null;
  const names = Object.keys(rules.reference) as NmsRuleName[];
  const differing = names.filter((name) => rules.reference[name] !== rules.candidate[name]);
  const same = names.filter((name) => !differing.includes(name));
  const changes = new Map(explanations[0]?.differences.map((one) => [one.rule, one.affectedCount]));
  return (
    <>
      {differing.length === 0 ? null : <Rows names={differing} rules={rules} changes={changes} />}
      {same.length === 0 ? null : (
        <details className="evidence">
          <summary>{words.sameRules(same.length)}</summary>
          <Rows names={same} rules={rules} changes={undefined} />
        </details>
      )}
    </>
  );
}

interface RowsProps {
  readonly names: readonly NmsRuleName[];
  readonly rules: { readonly reference: NmsRules; readonly candidate: NmsRules };
  /** Boxes that a rule alone changes; undefined: not told. */
  readonly changes: ReadonlyMap<NmsRuleName, number> | undefined;
}

function Rows({ names, rules, changes }: RowsProps): ReactNode {
  const words = useTexts(stageTexts);
  const lang = useAtom(language);
  return (
    <table className="metrics stage-table">
      <thead>
        <tr>
          <th scope="col">{words.rule}</th>
          <th scope="col">{words.reference}</th>
          <th scope="col">{words.candidate}</th>
          {changes === undefined ? null : (
            <th scope="col" className="number">
              {words.changes}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name} data-differs={changes !== undefined}>
            <th scope="row">{ruleNames[lang][name]}</th>
            <td>{ruleValue(name, rules.reference[name], lang)}</td>
            <td>{ruleValue(name, rules.candidate[name], lang)}</td>
            {changes === undefined ? null : <td className="number">{words.boxes(changes.get(name))}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
