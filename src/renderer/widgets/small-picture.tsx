import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { SmallPicture as Pixels } from '../../shared/stage-pictures.ts';

export interface SmallPictureProps {
  readonly picture: Pixels;
  readonly caption: string;
  /** Drawn over the picture, in its own pixels. */
  readonly over?: ReactNode;
}

/** A picture of a tensor with its caption; what is drawn over it scales with it. */
export function SmallPicture({ picture, caption, over }: SmallPictureProps): ReactNode {
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
    <figure className="small-picture">
      <div className="small-picture-frame" style={{ aspectRatio: `${width} / ${height}` }}>
        <canvas ref={canvas} width={width} height={height} role="img" aria-label={caption} />
        {over}
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
