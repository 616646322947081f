import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { SmallPicture as Pixels } from '../../shared/stage-pictures.ts';

export interface SmallPictureProps {
  readonly picture: Pixels;
  readonly caption: string;
  /** Drawn over the picture, with its size. */
  readonly over?: ReactNode;
  /** A click on the picture, or on the button beside its caption, opens it large. */
  readonly onOpen?: () => void;
  readonly openLabel?: string;
}

/** Pictures with fewer columns are shown larger than they are: pixels stay squares. */
const FEW_PIXELS = 320;

/** A picture of a tensor with its caption; what is drawn over it scales with it. */
export function SmallPicture({ picture, caption, over, onOpen, openLabel }: SmallPictureProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = picture;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const image = context.createImageData(width, height);
    image.data.set(pixels.subarray(0, image.data.length));
    context.putImageData(image, 0, 0);
  }, [width, height, pixels]);
  return (
    <figure className={onOpen === undefined ? 'small-picture' : 'small-picture small-picture-opens'}>
      <PictureFrame width={width} height={height} {...(onOpen === undefined ? {} : { onClick: onOpen })}>
        <canvas
          ref={canvas}
          className={width < FEW_PIXELS ? 'pixelated' : ''}
          width={width}
          height={height}
          role="img"
          aria-label={caption}
        />
        {over}
      </PictureFrame>
      <figcaption>
        <span>{caption}</span>
        {onOpen === undefined ? null : (
          <button
            type="button"
            className="button-tiny"
            aria-label={`${openLabel ?? ''}: ${caption}`}
            title={openLabel}
            onClick={onOpen}
          >
            <span aria-hidden="true">⤢</span>
          </button>
        )}
      </figcaption>
    </figure>
  );
}

export interface PictureFrameProps {
  readonly width: number;
  readonly height: number;
  readonly onClick?: () => void;
  readonly children?: ReactNode;
}

/** Room of a picture's proportions, as wide as there is room for. */
export function PictureFrame({ width, height, onClick, children }: PictureFrameProps): ReactNode {
  return (
    <div className="small-picture-frame" style={{ aspectRatio: `${width} / ${height}` }} onClick={onClick}>
      {children}
    </div>
  );
}
