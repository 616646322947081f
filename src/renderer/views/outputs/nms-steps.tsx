import type { ReactNode } from 'react';
import { useState } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { NmsStep } from '../../../shared/output-stage.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { fateText } from '../../i18n/nms.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useAtom } from '../../state/atom.ts';
import { DataTable } from '../../widgets/data-table.tsx';

export interface NmsStepsProps {
  readonly steps: readonly NmsStep[];
  /** Raw boxes of which these are some. */
  readonly of: number;
}

const keyOf = ({ row, label }: NmsStep): string => `${row} ${label}`;

/** Raw boxes from the highest score down, and what each side did with each of them. */
export function NmsSteps({ steps, of }: NmsStepsProps): ReactNode {
  const words = useTexts(stageTexts);
  const lang = useAtom(language);
  const [selected, setSelected] = useState<NmsStep | undefined>(undefined);
  const differing = steps.filter(({ differs }) => differs);
  const [isAll, setAll] = useState(differing.length === 0);
  const shown = isAll ? steps : differing;
  if (steps.length === 0) return null;
  return (
    <>
      <div className="match-filter">
        <button
          type="button"
          className="button-small"
          aria-pressed={!isAll}
          disabled={differing.length === 0}
          onClick={() => setAll(!isAll)}
        >
          {words.differingOnly(differing.length)}
        </button>
        <span className="soft">{words.walk(shown.length, of)}</span>
      </div>
      <div className="walk" style={{ ['--rows' as string]: shown.length }}>
        <DataTable<NmsStep>
          label={words.nms}
          rows={shown}
          keyOf={keyOf}
          selected={selected === undefined ? undefined : keyOf(selected)}
          onSelect={setSelected}
          rowClass={({ differs }) => (differs ? 'row-introduced' : '')}
          columns={[
            {
              id: 'row',
              title: words.rawBox,
              width: 64,
              isNumber: true,
              value: ({ row }) => row,
              cell: ({ row }) => row,
            },
            {
              id: 'label',
              title: words.label,
              width: 52,
              isNumber: true,
              value: ({ label }) => label,
              cell: ({ label }) => label,
            },
            {
              id: 'score',
              title: words.score,
              width: 60,
              isNumber: true,
              value: ({ score }) => score,
              cell: ({ score }) => formatNumber(score),
            },
            ...(['reference', 'candidate'] as const).map((side) => ({
              id: side,
              title: words[side],
              width: 150,
              grows: true,
              value: (step: NmsStep) => fateText(step[side], lang),
              cell: (step: NmsStep) => <span title={step.text}>{fateText(step[side], lang)}</span>,
            })),
          ]}
        />
      </div>
      {selected === undefined ? null : <p className="match-detail">{selected.text}</p>}
    </>
  );
}
