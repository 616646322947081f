import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { DetectionMatch, DetectionMatching, MatchState } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useStagePictures } from '../../state/stage-pictures.ts';
import { DetectionPicture } from './detection-picture.tsx';
import { LargeDetections } from './large-detections.tsx';
import { MatchDetail } from './match-detail.tsx';
import { MatchFilter } from './match-filter.tsx';
import { MatchTable } from './match-table.tsx';

/** Both sides' boxes over the picture beside the table of pairs; what is selected in one is selected in the other. */
export function Detections({ matching }: { readonly matching: DetectionMatching }): ReactNode {
  const words = useTexts(stageTexts);
  const { pictures } = useStagePictures('outputStage');
  const [selected, setSelected] = useState<DetectionMatch | undefined>(undefined);
  const [hidden, setHidden] = useState<ReadonlySet<MatchState>>(new Set());
  const [isLarge, setLarge] = useState(false);
  const pictureSide = useRef<HTMLDivElement>(null);
  const tableSide = useRef<HTMLDivElement>(null);
  const [from, setFrom] = useState<'picture' | 'table'>('table');
  useEffect(() => {
    if (selected === undefined) return;
    const other = from === 'table' ? pictureSide : tableSide;
    other.current?.scrollIntoView({ block: 'nearest' });
  }, [selected, from]);
  const select = (side: 'picture' | 'table') => (match: DetectionMatch) => {
    setFrom(side);
    setSelected(match);
  };
  const original = pictures?.original;
  const recorded = pictures?.inputs[0]?.recorded;
  const picture = original ?? recorded;
  const ground = picture === undefined ? undefined : { picture, isOriginal: original !== undefined };
  const shown = matching.matches.filter(({ state }) => !hidden.has(state));
  const filter = <MatchFilter counts={matching.counts} hidden={hidden} onChange={setHidden} />;
  return (
    <section aria-label={words.detectionsShown}>
      {filter}
      <div className="detection">
        <div ref={pictureSide} className="detection-side">
          <DetectionPicture
            ground={ground}
            matches={shown}
            selected={selected}
            onSelect={select('picture')}
            hasLabels={false}
            onOpen={() => setLarge(true)}
          />
        </div>
        <div ref={tableSide} className="detection-side">
          <MatchTable matches={shown} selected={selected} onSelect={select('table')} />
        </div>
      </div>
      <MatchDetail match={selected} />
      {matching.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      {isLarge ? (
        <LargeDetections
          ground={ground}
          matches={shown}
          selected={selected}
          onSelect={setSelected}
          filter={filter}
          onClose={() => setLarge(false)}
        />
      ) : null}
    </section>
  );
}
