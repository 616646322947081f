import type { Lint } from '../note.ts';
import { textOf } from './attributes.ts';
import type { LintedModel } from './linted-model.ts';

export const resizeBefore11: Lint<LintedModel> = {
  kind: 'lint:resize-before-11',
  looksFor: 'linear Upsample or Resize before opset 11, which cannot say where pixels lie',
  find: ({ nodes, opset }) =>
    opset >= 11
      ? []
      : nodes
          .filter((node) => node.opType === 'Upsample' || node.opType === 'Resize')
          // Nearest means the same there and in PyTorch.
          .filter((node) => ['linear', 'bilinear'].includes(textOf(node, 'mode', 'nearest')))
          .map((node) => ({
            severity: 'warning',
            subject: node.subject,
            found: `${node.opType} linear at opset ${opset} has no coordinate_transformation_mode`,
            matters: 'neither align_corners=True nor align_corners=False of PyTorch can be said',
            wayOut: 'export with opset 11 or later',
            source: 'pytorch#22906',
          })),
};
