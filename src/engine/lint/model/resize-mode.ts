import { formatList } from '../../../shared/format.ts';
import type { Lint, Note } from '../note.ts';
import type { LintedModel } from './linted-model.ts';
import type { Resize } from './resize.ts';
import { resizesOf } from './resize.ts';

/** What `interpolate` does for linear and cubic: align_corners false and true. */
const TORCH = new Set(['half_pixel', 'align_corners', 'pytorch_half_pixel']);

export const resizeMode: Lint<LintedModel> = {
  kind: 'lint:resize-mode',
  looksFor:
    'Resize with a coordinate_transformation_mode that PyTorch has no counterpart of, or pytorch_half_pixel to length 1',
  find: (linted) => resizesOf(linted).flatMap((resize) => foreign(resize) ?? lengthOne(resize) ?? []),
};

function foreign({ node, mode, coordinates }: Resize): Note | undefined {
  // Nearest has a lint of its own, that counts pixels.
  if (TORCH.has(coordinates) || (mode === 'nearest' && coordinates !== 'tf_crop_and_resize'))
    return undefined;
  return {
    severity: 'warning',
    subject: node.subject,
    found: `Resize ${mode} has coordinate_transformation_mode ${coordinates}`,
    matters: `PyTorch's interpolate knows ${formatList(['half_pixel (align_corners=False)', 'align_corners'])} only`,
    wayOut: 'set the mode that the PyTorch call has',
    source: 'TensorRT#273',
  };
}

/** `length_resized > 1 ? (x + 0.5) / scale - 0.5 : 0` (ONNX operator Resize): PyTorch has no such exception. */
function lengthOne({ node, mode, coordinates, axes }: Resize): Note | undefined {
  if (coordinates !== 'pytorch_half_pixel') return undefined;
  const mayShrink = axes?.filter(({ from, scale }) => from !== 1 && (scale === undefined || scale < 1));
  const isOne = mayShrink?.some(({ to }) => to === 1) === true;
  const isUnknown = mayShrink === undefined || mayShrink.some(({ to }) => to === undefined);
  if (!isOne && !isUnknown) return undefined;
  return {
    severity: isOne ? 'warning' : 'info',
    subject: node.subject,
    found: `Resize ${mode} with pytorch_half_pixel ${isOne ? 'makes' : 'may make'} an axis of length 1`,
    matters: 'there it takes the first element, PyTorch the middle',
    wayOut: 'set coordinate_transformation_mode to half_pixel',
    source: 'pytorch#183523',
  };
}
