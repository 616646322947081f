import type { KeyboardEvent, ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { DetectionMatch } from '../../../shared/output-stage.ts';
import { matchKey } from '../../draw/match-label.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { Modal } from '../../widgets/modal.tsx';
import type { Ground } from './detection-picture.tsx';
import { DetectionPicture } from './detection-picture.tsx';
import { MatchDetail } from './match-detail.tsx';

export interface LargeDetectionsProps {
  readonly ground: Ground | undefined;
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  readonly onSelect: (match: DetectionMatch) => void;
  readonly filter: ReactNode;
  readonly onClose: () => void;
}

/** With more boxes than these, labels would hide what they name. */
const MOST_LABELS = 40;

/** The picture as large as the window, with class and score at each box; arrow keys walk through the pairs. */
export function LargeDetections(props: LargeDetectionsProps): ReactNode {
  const { ground, matches, selected, onSelect, filter, onClose } = props;
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  const body = useRef<HTMLDivElement>(null);
  // After the dialog has taken the focus to its first button.
  useEffect(() => body.current?.focus(), []);
  const walk = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined || matches.length === 0) return;
    event.preventDefault();
    const at = matches.findIndex((match) => selected !== undefined && matchKey(match) === matchKey(selected));
    const next = matches[at < 0 ? 0 : (at + by + matches.length) % matches.length];
    if (next !== undefined) onSelect(next);
  };
  return (
    <Modal label={words.detectionsShown} className="picture-modal" onClose={onClose}>
      <div ref={body} tabIndex={-1} className="picture-large" onKeyDown={walk}>
        <div className="picture-bar">
          {filter}
          <span className="spacer" />
          <span className="soft">{words.walkKeys}</span>
          <button type="button" className="button-small" onClick={onClose}>
            {texts.close}
          </button>
        </div>
        <DetectionPicture
          ground={ground}
          matches={matches}
          selected={selected}
          onSelect={onSelect}
          hasLabels={matches.length <= MOST_LABELS}
        />
        <MatchDetail match={selected} />
      </div>
    </Modal>
  );
}
