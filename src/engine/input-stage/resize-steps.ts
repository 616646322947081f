import type { InputStep } from '../../shared/input-stage.ts';
import { resize } from './resize/resize.ts';
import type { Alignment, RecordedPicture } from './alignment.ts';
import { blendOf } from './blended.ts';
import { mappedBack } from './laid.ts';
import { heightOf, valueAt, widthOf } from './planes.ts';
import type { ValueMap } from './value-map.ts';

/** Resizing over a picture that is padded already mixes its border with the pad: which side shows that, if one does. */
export function resizeOrderStep(
  alignment: Alignment,
  recorded: RecordedPicture,
  map: ValueMap,
): InputStep | undefined {
  const { planes, content, dy, dx } = alignment;
  const deployed = blendOf(
    planes,
    content,
    recorded.planes,
    recorded.content.box,
    dy,
    dx,
    (channel, stored) => stored * (map.gain[channel] ?? 1) + (map.bias[channel] ?? 0),
  );
  const reference = blendOf(
    recorded.planes,
    recorded.content,
    planes,
    content.box,
    -dy,
    -dx,
    (channel, stored) => mappedBack(map, channel, stored),
  );
  if ((deployed === undefined) === (reference === undefined)) return undefined;
  const first = deployed === undefined ? 'recorded' : 'deployed';
  const weight = Math.round(100 * ((deployed ?? reference)?.weight ?? 0)) / 100;
  return {
    kind: 'resize-order',
    text:
      first === 'deployed'
        ? 'padded, then resized, where the recorded picture is resized, then padded (the border is mixed with the pad)'
        : 'resized, then padded, where the recorded picture is padded, then resized (its border is mixed with the pad)',
    fix: first === 'deployed' ? 'resize first, then pad' : 'pad first, then resize',
    parameters: { side: first, weight },
  };
}

/** The deployed content resampled to the recorded content's size, standing where that stands. */
export function stretchedOver(alignment: Alignment, recorded: RecordedPicture): Alignment {
  const { planes, content } = alignment;
  const from = content.box;
  const to = recorded.content.box;
  const channels = planes.origins.length;
  const [height, width] = [heightOf(from), widthOf(from)];
  const data = new Float32Array(height * width * channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        data[(y * width + x) * channels + channel] = valueAt(planes, channel, from.top + y, from.left + x);
      }
    }
  }
  const shrinking = height >= heightOf(to) && width >= widthOf(to);
  const resized = resize(
    { height, width, channels, data },
    heightOf(to),
    widthOf(to),
    shrinking ? 'area' : 'bilinear',
  );
  return {
    ...alignment,
    planes: {
      data: resized.data instanceof Float32Array ? resized.data : Float32Array.from(resized.data),
      origins: planes.origins.map((_, channel) => channel),
      rowStride: resized.width * channels,
      columnStride: channels,
      height: resized.height,
      width: resized.width,
    },
    dy: to.top,
    dx: to.left,
    overlap: to,
  };
}

/** Contents of two sizes. @param before the alignment before the deployed content was resampled. */
export function resizeStep(before: Alignment, recorded: RecordedPicture): InputStep {
  const from = before.content.box;
  const to = recorded.content.box;
  const [height, width] = [heightOf(from), widthOf(from)];
  const [wantedHeight, wantedWidth] = [heightOf(to), widthOf(to)];
  const aspect = (width * wantedHeight) / (height * wantedWidth);
  const near = Math.abs(height - wantedHeight) <= 2 && Math.abs(width - wantedWidth) <= 2;
  const why = near
    ? ': another rule of rounding'
    : aspect > 1.03 || aspect < 0.97
      ? ': sides stretched by different factors'
      : '';
  return {
    kind: 'resize',
    text: `picture resized to ${height} × ${width} instead of ${wantedHeight} × ${wantedWidth}${why}`,
    fix: `resize to ${wantedHeight} × ${wantedWidth}`,
    parameters: { deployed: [height, width], recorded: [wantedHeight, wantedWidth] },
  };
}
