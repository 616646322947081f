import type { Box, Detection, UnmapFinding } from '../../shared/output-stage.ts';

/** The candidate's boxes with a known systematic difference taken away; `undefined` where there is nothing to take. */
export function correctedBoxes(
  candidate: readonly Detection[],
  findings: readonly UnmapFinding[],
): readonly Box[] | undefined {
  const [finding] = findings;
  if (finding === undefined) return undefined;
  const undo = undoing(finding);
  return undo === undefined ? undefined : candidate.map(({ box }) => undo(box));
}

function undoing({ kind, scale, offset }: UnmapFinding): ((box: Box) => Box) | undefined {
  switch (kind) {
    case 'axes-swapped':
      return ([y1, x1, y2, x2]) => [x1, y1, x2, y2];
    case 'xywh-as-xyxy':
      return ([x, y, w, h]) => [x, y, x + w, y + h];
    case 'cxcywh-as-xyxy':
      return ([x, y, w, h]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    case 'rounded':
    case 'clipped':
      return undefined;
    default: {
      const back = (value: number, axis: 0 | 1): number => (value - offset[axis]) / (scale[axis] || 1);
      return ([x1, y1, x2, y2]) => [back(x1, 0), back(y1, 1), back(x2, 0), back(y2, 1)];
    }
  }
}
