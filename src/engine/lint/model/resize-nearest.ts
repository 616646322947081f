import type { Lint } from '../note.ts';
import type { LintedModel } from './linted-model.ts';
import { nearestIndex } from './nearest-index.ts';
import type { Resize } from './resize.ts';
import { resizesOf } from './resize.ts';

/** Length that stands for an axis whose length the file does not tell. */
const TYPICAL = 64;
const MOST = 4096;

export const resizeNearest: Lint<LintedModel> = {
  kind: 'lint:resize-nearest',
  looksFor:
    'Resize nearest that picks other pixels than interpolate(mode="nearest"), which is asymmetric and floor',
  find: (linted) =>
    resizesOf(linted).flatMap((resize) => {
      const { node, mode, coordinates, nearest } = resize;
      if (mode !== 'nearest' || coordinates === 'tf_crop_and_resize') return [];
      if (coordinates === 'asymmetric' && nearest === 'floor') return [];
      const others = otherPixels(resize);
      if (others === 'none') return [];
      const count =
        others === undefined ? '' : `, other pixels at ${others.count} of ${others.of} places of an axis`;
      // That is what nearest-exact would be.
      const isExact = coordinates === 'half_pixel' && nearest === 'round_prefer_ceil';
      return [
        {
          severity: isExact ? 'info' : 'warning',
          subject: node.subject,
          found: `Resize nearest has ${coordinates} and ${nearest}${count}`,
          matters: isExact
            ? 'this is mode="nearest-exact" of PyTorch, not mode="nearest"'
            : 'mode="nearest" of PyTorch is asymmetric and floor',
          wayOut: 'set coordinate_transformation_mode and nearest_mode to those of the PyTorch call',
          source: isExact ? 'ort#28310' : 'onnx#3816',
        },
      ];
    }),
};

/** Undefined where no scale is known. */
function otherPixels({
  coordinates,
  nearest,
  axes,
}: Resize): 'none' | { readonly count: number; readonly of: number } | undefined {
  const known = (axes ?? []).flatMap(({ from = TYPICAL, scale, to }) => {
    const length = to ?? (scale === undefined ? undefined : Math.floor(from * scale));
    return scale === undefined || length === undefined || length < 1
      ? []
      : [{ from, to: Math.min(length, MOST), scale }];
  });
  for (const axis of known) {
    let count = 0;
    for (let index = 0; index < axis.to; index++) {
      const torch = nearestIndex('asymmetric', 'floor', index, axis);
      if (nearestIndex(coordinates, nearest, index, axis) !== torch) count++;
    }
    if (count > 0) return { count, of: axis.to };
  }
  return axes !== undefined && known.length === axes.length ? 'none' : undefined;
}
