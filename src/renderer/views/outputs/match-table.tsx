import type { ReactNode } from 'react';
import type { DetectionMatch } from '../../../shared/output-stage.ts';
import { classText, matchKey, scoreText } from '../../draw/match-label.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { ruleNames } from '../../i18n/nms.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useAtom } from '../../state/atom.ts';
import { DataTable } from '../../widgets/data-table.tsx';

export interface MatchTableProps {
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  readonly onSelect: (match: DetectionMatch) => void;
}

/** One pair of detections a line, with the rule behind it where it is known, or the threshold that it is close to. */
export function MatchTable({ matches, selected, onSelect }: MatchTableProps): ReactNode {
  const words = useTexts(stageTexts);
  const names = ruleNames[useAtom(language)];
  const why = ({ because, margins }: DetectionMatch): string => {
    if (because?.rule !== undefined) return names[because.rule];
    const close = margins.find(({ isCoinToss }) => isCoinToss);
    return because?.text ?? (close === undefined ? '' : words.closeTo(names[close.rule]));
  };
  return (
    <DataTable<DetectionMatch>
      label={words.detectionsShown}
      rows={matches}
      keyOf={matchKey}
      selected={selected === undefined ? undefined : matchKey(selected)}
      onSelect={onSelect}
      columns={[
        {
          id: 'state',
          title: words.stateTitle,
          width: 84,
          value: ({ state }) => words.state[state],
          cell: ({ state }) => (
            <span>
              <span className={`match-mark match-${state}`} aria-hidden="true" /> {words.state[state]}
            </span>
          ),
        },
        {
          id: 'label',
          title: words.label,
          width: 52,
          isNumber: true,
          value: ({ reference, candidate }) => (reference ?? candidate)?.label,
          cell: classText,
        },
        {
          id: 'score',
          title: words.score,
          width: 112,
          isNumber: true,
          value: ({ reference, candidate }) => (reference ?? candidate)?.score,
          cell: scoreText,
        },
        {
          id: 'why',
          title: words.why,
          width: 110,
          grows: true,
          value: why,
          cell: (match) => <span title={match.because?.text ?? match.text}>{why(match)}</span>,
        },
        {
          id: 'iou',
          title: words.iou,
          width: 48,
          isNumber: true,
          value: ({ iou }) => iou,
          cell: ({ iou }) => (iou === undefined ? '–' : iou.toFixed(2)),
        },
      ]}
    />
  );
}
