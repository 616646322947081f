import type { Lint, Note } from '../note.ts';
import { textOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

export const roiAlign: Lint<LintedModel> = {
  kind: 'lint:roi-align',
  looksFor: 'RoiAlign: which `aligned` of torchvision this opset and mode mean',
  find: (linted) =>
    linted.nodes
      .filter((node) => node.opType === 'RoiAlign')
      .flatMap((node) => [...mode(node), ...offset(linted, node)]),
};

function mode(node: LintedNode): Note[] {
  if (textOf(node, 'mode', 'avg') === 'avg') return [];
  return [
    {
      severity: 'warning',
      subject: node.subject,
      found: `RoiAlign has mode ${textOf(node, 'mode', 'avg')}`,
      matters: "torchvision's roi_align averages only",
      wayOut: 'set mode to avg',
      source: 'ort#6921',
    },
  ];
}

/** Opset 16 brought the attribute and another default (onnx#3625). */
function offset({ opset }: LintedModel, node: LintedNode): Note[] {
  const isSaid = node.attributes.has('coordinate_transformation_mode');
  // Written by an exporter that knows the difference.
  if (opset >= 16 && isSaid) return [];
  const means = opset < 16 ? 'aligned=False' : 'aligned=True';
  return [
    {
      severity: 'info',
      subject: node.subject,
      found:
        opset < 16
          ? `RoiAlign at opset ${opset} is output_half_pixel`
          : `RoiAlign at opset ${opset} does not say its coordinate_transformation_mode: half_pixel`,
      matters: `it is roi_align with ${means}, half a pixel off the other`,
      wayOut:
        opset < 16
          ? 'for aligned=True export with opset 16 or later'
          : 'for aligned=False write output_half_pixel',
      source: 'onnx#3428, ort#6921',
    },
  ];
}
