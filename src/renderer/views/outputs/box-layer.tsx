import type { ReactNode } from 'react';
import type { Detection, DetectionMatch } from '../../../shared/output-stage.ts';
import type { Extent } from '../../draw/match-label.ts';
import { extentOf, matchKey, matchLabel } from '../../draw/match-label.ts';

export interface BoxLayerProps {
  /** Of the picture, in the pixels in which boxes are given. */
  readonly width: number;
  readonly height: number;
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  /** Class and score stand at every box, not at the selected one alone. */
  readonly hasLabels: boolean;
  readonly onSelect: (match: DetectionMatch) => void;
}

/**
 * Boxes over the picture: the reference's solid, the candidate's dashed, both on a dark halo that shows on any ground.
 * Small ones lie above large ones, so that each can be pointed at, and the selected one above all. The table beside it
 * is the same for keyboards and screen readers.
 */
export function BoxLayer(props: BoxLayerProps): ReactNode {
  const { width, height, matches, selected, hasLabels, onSelect } = props;
  const selectedKey = selected === undefined ? undefined : matchKey(selected);
  const isSelected = (match: DetectionMatch): boolean => matchKey(match) === selectedKey;
  const ordered = [...matches].sort(
    (a, b) => Number(isSelected(a)) - Number(isSelected(b)) || areaOf(b) - areaOf(a),
  );
  const labelled = hasLabels ? ordered : ordered.filter(isSelected);
  const select = (event: { stopPropagation: () => void }, match: DetectionMatch): void => {
    // Else the picture opens.
    event.stopPropagation();
    onSelect(match);
  };
  return (
    <div className={matches.some(isSelected) ? 'boxes boxes-one' : 'boxes'} aria-hidden="true">
      <svg className="boxes-svg" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
        {ordered.map((match) => (
          <g
            key={matchKey(match)}
            className={`box-pair box-of-${match.state}${isSelected(match) ? ' box-selected' : ''}`}
            onClick={(event) => select(event, match)}
          >
            <title>{match.text}</title>
            <BoxShape detection={match.reference} side="reference" />
            <BoxShape detection={match.candidate} side="candidate" />
          </g>
        ))}
      </svg>
      {labelled.map((match) => {
        const at = placeOf(match);
        if (at === undefined) return null;
        const isBelow = at.top < height * 0.08;
        return (
          <span
            key={matchKey(match)}
            className={`box-label box-of-${match.state}${isBelow ? ' box-label-below' : ''}${isSelected(match) ? ' box-selected' : ''}`}
            style={{ insetInlineStart: percent(at.left, width), top: percent(at.top, height) }}
            onClick={(event) => select(event, match)}
          >
            {matchLabel(match)}
          </span>
        );
      })}
    </div>
  );
}

interface BoxShapeProps {
  readonly detection: Detection | undefined;
  readonly side: 'reference' | 'candidate';
}

function BoxShape({ detection, side }: BoxShapeProps): ReactNode {
  const extent = detection === undefined ? undefined : extentOf(detection.box);
  if (extent === undefined) return null;
  const { left, top, width, height } = extent;
  return (
    <>
      <rect className="box-halo" x={left} y={top} width={width} height={height} />
      <rect className={`box box-${side}`} x={left} y={top} width={width} height={height} />
    </>
  );
}

function placeOf({ reference, candidate }: DetectionMatch): Extent | undefined {
  const detection = reference ?? candidate;
  return detection === undefined ? undefined : extentOf(detection.box);
}

function areaOf(match: DetectionMatch): number {
  const place = placeOf(match);
  return place === undefined ? 0 : place.width * place.height;
}

/** Inside of the picture, whatever the box is. */
function percent(value: number, of: number): string {
  return `${Math.min(96, Math.max(0, (100 * value) / of))}%`;
}
