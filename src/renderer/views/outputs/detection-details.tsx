import type { ReactNode } from 'react';
import { useState } from 'react';
import type {
  DetectionHead,
  DetectionMatch,
  MatchState,
  UnmapFinding,
} from '../../../shared/output-stage.ts';
import { MATCH_STATES } from '../../../shared/output-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { useStagePictures } from '../../state/stage-pictures.ts';
import { SmallPicture } from '../../widgets/small-picture.tsx';
import { BoxLayer } from './box-layer.tsx';
import { MatchTable } from './match-table.tsx';
import { NmsWalk } from './nms-walk.tsx';

/** Both sides' boxes over the picture, the table of pairs, the arithmetic of un-mapping, the suppression step by step. */
export function DetectionDetails({ head }: { readonly head: DetectionHead }): ReactNode {
  const words = useTexts(stageTexts);
  const { pictures } = useStagePictures();
  const [selected, setSelected] = useState<DetectionMatch | undefined>(undefined);
  const [hidden, setHidden] = useState<ReadonlySet<MatchState>>(new Set());
  const { matching, unmap, nms } = head;
  const shown = (matching?.matches ?? []).filter(({ state }) => !hidden.has(state));
  const ground = pictures?.original ?? pictures?.inputs[0]?.recorded;
  const toggle = (state: MatchState): void => {
    const next = new Set(hidden);
    if (!next.delete(state)) next.add(state);
    setHidden(next);
  };
  return (
    <>
      {unmap.map((finding) => (
        <Unmap key={finding.text} finding={finding} />
      ))}
      {matching === undefined ? null : (
        <section>
          <h4>
            {words.detectionsShown}{' '}
            <span className="soft">{words.detections(matching.of.reference, matching.of.candidate)}</span>
          </h4>
          <div className="match-filter">
            {MATCH_STATES.filter((state) => matching.counts[state] > 0).map((state) => (
              <button
                key={state}
                type="button"
                className="button-small"
                aria-pressed={!hidden.has(state)}
                onClick={() => toggle(state)}
              >
                <span className={`match-mark match-${state}`} aria-hidden="true" /> {words.state[state]}{' '}
                {matching.counts[state]}
              </button>
            ))}
          </div>
          <div className="detection">
            {ground === undefined ? null : (
              <SmallPicture
                picture={ground}
                caption={words.boxesOver}
                over={
                  <BoxLayer picture={ground} matches={shown} selected={selected} onSelect={setSelected} />
                }
              />
            )}
            <MatchTable matches={shown} selected={selected} onSelect={setSelected} />
          </div>
        </section>
      )}
      {nms === undefined ? null : <NmsWalk audit={nms} />}
    </>
  );
}

function Unmap({ finding }: { readonly finding: UnmapFinding }): ReactNode {
  const words = useTexts(stageTexts);
  const { text, formula, fix } = finding;
  return (
    <div className="unmap">
      <p>{text}</p>
      {formula === undefined ? null : (
        <p>
          <span className="soft">{words.formula}</span> <code>{formula}</code>
        </p>
      )}
      {fix === undefined ? null : (
        <p>
          <span className="soft">{words.fix}</span> <code>{fix}</code>
        </p>
      )}
    </div>
  );
}
