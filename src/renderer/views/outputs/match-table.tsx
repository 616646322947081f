import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { DetectionMatch } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { DataTable } from '../../widgets/data-table.tsx';

export interface MatchTableProps {
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  readonly onSelect: (match: DetectionMatch) => void;
}

/** One pair of detections a line, with the reason where it is known and the nearest threshold where it is close. */
export function MatchTable({ matches, selected, onSelect }: MatchTableProps): ReactNode {
  const words = useTexts(stageTexts);
  const keyOf = (match: DetectionMatch): string =>
    `${match.referenceIndex ?? '-'} ${match.candidateIndex ?? '-'}`;
  return (
    <DataTable<DetectionMatch>
      label={words.detectionsShown}
      rows={matches}
      keyOf={keyOf}
      selected={selected === undefined ? undefined : keyOf(selected)}
      onSelect={onSelect}
      columns={[
        {
          id: 'state',
          title: words.differs,
          width: 96,
          value: ({ state }) => state,
          cell: ({ state }) => (
            <span>
              <span className={`match-mark match-${state}`} aria-hidden="true" /> {words.state[state]}
            </span>
          ),
        },
        {
          id: 'label',
          title: words.label,
          width: 64,
          isNumber: true,
          value: ({ reference, candidate }) => (reference ?? candidate)?.label,
          cell: ({ reference, candidate }) => labelText(reference?.label, candidate?.label),
        },
        {
          id: 'score',
          title: words.score,
          width: 64,
          isNumber: true,
          value: ({ reference }) => reference?.score,
          cell: ({ reference }) => (reference === undefined ? '–' : formatNumber(reference.score)),
        },
        {
          id: 'candidate',
          title: words.scoreCandidate,
          width: 76,
          isNumber: true,
          value: ({ candidate }) => candidate?.score,
          cell: ({ candidate }) => (candidate === undefined ? '–' : formatNumber(candidate.score)),
        },
        {
          id: 'iou',
          title: words.iou,
          width: 56,
          isNumber: true,
          value: ({ iou }) => iou,
          cell: ({ iou }) => (iou === undefined ? '–' : formatNumber(iou)),
        },
        {
          id: 'why',
          title: words.why,
          width: 160,
          grows: true,
          value: (match) => whyText(match),
          cell: (match) => <span title={match.text}>{whyText(match)}</span>,
        },
      ]}
    />
  );
}

function labelText(reference: number | undefined, candidate: number | undefined): string {
  if (reference === undefined || candidate === undefined || reference === candidate)
    return String(reference ?? candidate ?? '–');
  return `${reference} → ${candidate}`;
}

function whyText({ because, margins }: DetectionMatch): string {
  return because?.text ?? margins.find(({ isCoinToss }) => isCoinToss)?.text ?? '';
}
