import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { StagePoint } from '../draw/stage-points.ts';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { useApp } from '../state/app.ts';

export interface StageMarksProps {
  readonly stages: readonly StagePoint[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly y: (value: number) => number;
}

/** The stages outside of the graph, at both ends of the profile; a click opens their panes. */
export function StageMarks({ stages, left, right, top, bottom, y }: StageMarksProps): ReactNode {
  const app = useApp();
  const words = useTexts(stageTexts);
  return stages.map(({ stage, error, differs }) => {
    const at = stage === 'inputs' ? left : right;
    const name = stage === 'inputs' ? words.stageIn : words.stageOut;
    const size = error === undefined ? '' : ` ${formatNumber(error)}`;
    const state = differs ? words.differs : error === undefined ? words.notGiven : words.equal;
    const height = error === undefined || error === 0 ? bottom : y(Math.max(error, Number.MIN_VALUE));
    return (
      <g
        key={stage}
        className={`stage-mark ${differs ? 'stage-mark-differs' : ''}`}
        role="button"
        tabIndex={0}
        aria-label={`${name}: ${state}${size}`}
        onPointerDown={(event) => event.stopPropagation()}
        onPointerUp={(event) => event.stopPropagation()}
        onClick={() => app.centerTab.set(stage)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') app.centerTab.set(stage);
        }}
      >
        <title>{`${name}: ${state}${size}`}</title>
        <rect className="stage-hit" x={at - 10} y={top} width={20} height={bottom - top + 14} />
        <line x1={at} x2={at} y1={top} y2={bottom} />
        <rect className="stage-square" x={at - 5} y={height - 5} width={10} height={10} />
      </g>
    );
  });
}
