import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { StagePoint } from '../draw/stage-points.ts';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { useApp } from '../state/app.ts';

export interface StageMarksProps {
  readonly stages: readonly StagePoint[];
  /** Where the two stand, and between which heights, in CSS px of the plot. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly y: (value: number) => number;
}

/** Room for the word under a mark, CSS px. */
const WORD = 18;

/** The stages outside of the graph, at both ends of the profile; buttons beside the picture, which is one image. */
export function StageMarks({ stages, left, right, top, bottom, y }: StageMarksProps): ReactNode {
  const app = useApp();
  const words = useTexts(stageTexts);
  return stages.map(({ stage, error, differs }) => {
    const isIn = stage === 'inputs';
    const state = differs
      ? words.differs
      : error === undefined
        ? words.notGiven[stage]
        : error === 0
          ? words.equal
          : words.passedOn;
    const size = error === undefined ? '' : `, ${words.relativeL2} ${formatNumber(error)}`;
    const word = isIn ? words.shortIn : words.shortOut;
    const text = `${isIn ? words.stageIn : words.stageOut}: ${state}${size}`;
    return (
      <button
        key={stage}
        type="button"
        className={differs ? 'stage-mark stage-mark-differs' : 'stage-mark'}
        style={{ insetInlineStart: isIn ? left : right, top, height: bottom - top + WORD }}
        title={text}
        aria-label={`${word}, ${text}`}
        onClick={() => app.centerTab.set(stage)}
      >
        <span className="stage-line" style={{ height: bottom - top }} />
        <span className="stage-square" style={{ top: markHeight(error, y, bottom) - top }} />
        <span className="stage-word">{word}</span>
      </button>
    );
  });
}

/** An error of zero, or none, stands on the axis; one that is no number above everything. */
function markHeight(error: number | undefined, y: (value: number) => number, bottom: number): number {
  if (error === undefined || error === 0) return bottom;
  return y(Number.isFinite(error) ? error : Number.MAX_VALUE);
}
