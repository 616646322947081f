import type { Lint } from '../note.ts';
import { numberOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

const FAMILY = new Set(['Softmax', 'LogSoftmax', 'Hardmax']);

/** Only where it changes a value: what follows the axis is one element, or nothing. */
export const softmaxBefore13: Lint<LintedModel> = {
  kind: 'lint:softmax-before-13',
  looksFor: 'Softmax, LogSoftmax or Hardmax before opset 13 over an axis that is not the last',
  find: (linted) =>
    linted.opset >= 13
      ? []
      : linted.nodes
          .filter((node) => FAMILY.has(node.opType))
          .flatMap((node) => {
            const axis = numberOf(node, 'axis', 1);
            const dims = dimsOf(linted, node);
            if (axis === -1 || (dims !== undefined && isOneAxis(dims, axis))) return [];
            // PyTorch's exporter moves the axis to the end before opset 13; where the rank is unknown, it is believed.
            if (dims === undefined && linted.model.producer === 'pytorch') return [];
            const over =
              dims === undefined ? 'all axes from there on' : `its last ${dims.length - at(dims, axis)} axes`;
            return [
              {
                severity: dims === undefined ? 'info' : 'warning',
                subject: node.subject,
                found: `${node.opType} with axis ${axis} at opset ${linted.opset} takes ${over} together`,
                matters: 'PyTorch and opset 13 normalise along that one axis',
                wayOut: 'export with opset 13 or later',
                source: 'ort#26391',
              },
            ];
          }),
};

function dimsOf(linted: LintedModel, node: LintedNode): readonly (number | undefined)[] | undefined {
  return linted.dimsOf(node.inputs[0] ?? '') ?? linted.dimsOf(node.outputs[0] ?? '');
}

function at(dims: readonly unknown[], axis: number): number {
  return axis < 0 ? axis + dims.length : axis;
}

function isOneAxis(dims: readonly (number | undefined)[], axis: number): boolean {
  return dims.slice(at(dims, axis) + 1).every((dim) => dim === 1);
}
