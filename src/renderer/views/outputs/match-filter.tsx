import type { ReactNode } from 'react';
import type { DetectionMatching, MatchState } from '../../../shared/output-stage.ts';
import { GRAVEST_FIRST } from '../../draw/match-label.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

export interface MatchFilterProps {
  readonly counts: DetectionMatching['counts'];
  readonly hidden: ReadonlySet<MatchState>;
  readonly onChange: (hidden: ReadonlySet<MatchState>) => void;
}

/** How many pairs there are of each state; a click leaves them out of picture and table. */
export function MatchFilter({ counts, hidden, onChange }: MatchFilterProps): ReactNode {
  const words = useTexts(stageTexts);
  const toggle = (state: MatchState): void => {
    const next = new Set(hidden);
    if (!next.delete(state)) next.add(state);
    onChange(next);
  };
  return (
    <div className="match-filter">
      {GRAVEST_FIRST.filter((state) => counts[state] > 0).map((state) => (
        <button
          key={state}
          type="button"
          className="button-small"
          aria-pressed={!hidden.has(state)}
          onClick={() => toggle(state)}
        >
          <span className={`match-mark match-${state}`} aria-hidden="true" />
          {words.state[state]} <span className="number">{counts[state]}</span>
        </button>
      ))}
    </div>
  );
}
