import type { ReactNode } from 'react';
import type { Detection, DetectionMatch } from '../../../shared/output-stage.ts';
import type { SmallPicture } from '../../../shared/stage-pictures.ts';

export interface BoxLayerProps {
  readonly picture: SmallPicture;
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  readonly onSelect: (match: DetectionMatch) => void;
}

/** Boxes in the picture's own pixels: the reference's solid, the candidate's dashed; what differs above what agrees. */
export function BoxLayer({ picture, matches, selected, onSelect }: BoxLayerProps): ReactNode {
  const { width, height, step } = picture;
  const ordered = [...matches].reverse();
  return (
    <svg
      className="boxes"
      viewBox={`0 0 ${width * step} ${height * step}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {ordered.map((match, index) => (
        <g
          key={index}
          className={`box-pair match-${match.state}${match === selected ? ' box-selected' : ''}`}
          onClick={() => onSelect(match)}
        >
          {match.reference === undefined ? null : <BoxShape detection={match.reference} side="reference" />}
          {match.candidate === undefined ? null : <BoxShape detection={match.candidate} side="candidate" />}
        </g>
      ))}
    </svg>
  );
}

function BoxShape({
  detection: { box },
  side,
}: {
  readonly detection: Detection;
  readonly side: 'reference' | 'candidate';
}): ReactNode {
  const [x1, y1, x2, y2] = box;
  if (![x1, y1, x2, y2].every(Number.isFinite)) return null;
  return (
    <rect
      className={`box box-${side}`}
      x={Math.min(x1, x2)}
      y={Math.min(y1, y2)}
      width={Math.abs(x2 - x1)}
      height={Math.abs(y2 - y1)}
    />
  );
}
