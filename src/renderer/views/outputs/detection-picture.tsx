import type { ReactNode } from 'react';
import type { DetectionMatch } from '../../../shared/output-stage.ts';
import type { SmallPicture as Pixels } from '../../../shared/stage-pictures.ts';
import { boxesOf, outsideCount } from '../../draw/match-label.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { PictureFrame, SmallPicture } from '../../widgets/small-picture.tsx';
import { BoxLayer } from './box-layer.tsx';

export interface Ground {
  readonly picture: Pixels;
  /** The original, in whose pixels boxes are given; else what PyTorch was fed. */
  readonly isOriginal: boolean;
}

export interface DetectionPictureProps {
  /** Undefined where no picture is at hand: boxes lie on an empty ground. */
  readonly ground: Ground | undefined;
  readonly matches: readonly DetectionMatch[];
  readonly selected: DetectionMatch | undefined;
  readonly onSelect: (match: DetectionMatch) => void;
  readonly hasLabels: boolean;
  readonly onOpen?: () => void;
}

/** Both sides' boxes over the picture, and the legend of their lines. */
export function DetectionPicture(props: DetectionPictureProps): ReactNode {
  const { ground, matches, selected, onSelect, hasLabels, onOpen } = props;
  const words = useTexts(stageTexts);
  const { width, height } = ground === undefined ? emptyGround(matches) : sizeOf(ground.picture);
  const boxes = <BoxLayer {...{ width, height, matches, selected, onSelect, hasLabels }} />;
  const outside = outsideCount(matches, width, height);
  return (
    <div className="detection-picture" style={{ ['--ratio' as string]: width / height }}>
      {ground === undefined ? (
        <PictureFrame width={width} height={height} {...(onOpen === undefined ? {} : { onClick: onOpen })}>
          {boxes}
        </PictureFrame>
      ) : (
        <SmallPicture
          picture={ground.picture}
          caption={ground.isOriginal ? words.original : words.recorded}
          over={boxes}
          {...(onOpen === undefined ? {} : { onOpen, openLabel: words.enlarge })}
        />
      )}
      <p className="legend-lines">
        <span className="legend-line legend-solid">{words.reference}</span>
        <span className="legend-line legend-dashed">{words.candidate}</span>
        {outside === 0 ? null : <span>{words.outside(outside)}</span>}
        {ground === undefined ? <span>{words.noGround}</span> : null}
        {ground === undefined && onOpen !== undefined ? (
          <button type="button" className="button-small" onClick={onOpen}>
            {words.enlarge}
          </button>
        ) : null}
      </p>
    </div>
  );
}

function sizeOf({ width, height, step }: Pixels): { readonly width: number; readonly height: number } {
  return { width: width * step, height: height * step };
}

/** As large as its boxes reach. */
function emptyGround(matches: readonly DetectionMatch[]): {
  readonly width: number;
  readonly height: number;
} {
  let [width, height] = [1, 1];
  for (const box of boxesOf(matches)) {
    width = Math.max(width, box.left + box.width);
    height = Math.max(height, box.top + box.height);
  }
  return { width: 1.02 * width, height: 1.02 * height };
}
