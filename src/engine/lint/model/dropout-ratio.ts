import { formatNumber } from '../../../shared/format.ts';
import type { Lint } from '../note.ts';
import { numberOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

/** A Dropout that an eval export would not have written. */
export const dropoutRatio: Lint<LintedModel> = {
  kind: 'lint:dropout-ratio',
  looksFor: 'a Dropout left in the graph with a ratio above 0, and what it does at this opset',
  find: (linted) =>
    linted.nodes.flatMap((node) => {
      const ratio = node.opType === 'Dropout' ? ratioOf(linted, node) : 0;
      const effect = ratio > 0 ? effectOf(linted, node) : undefined;
      if (effect === undefined) return [];
      return [
        {
          severity: effect.isActive ? 'warning' : 'info',
          subject: node.subject,
          found: `Dropout with ratio ${formatNumber(ratio)} stands in the graph`,
          matters: `${effect.text}; an export in eval mode writes none, so other layers may be in training mode too`,
          wayOut: 'export after model.eval()',
          source: 'pytorch#16547',
        },
      ];
    }),
};

function ratioOf({ opset, constants }: LintedModel, node: LintedNode): number {
  if (opset < 12) return numberOf(node, 'ratio', 0.5);
  const ratio = node.inputs[1];
  if (ratio === undefined || ratio === '') return 0.5;
  // A ratio that is computed may be anything.
  return constants.numbers(ratio)?.[0] ?? 0.5;
}

/** ONNX operator Dropout, versions 1, 7 and 12; undefined where the training-mode lint says it. */
function effectOf(
  { opset, constants }: LintedModel,
  node: LintedNode,
): { readonly isActive: boolean; readonly text: string } | undefined {
  if (opset < 7) {
    return numberOf(node, 'is_test', 0) === 1
      ? { isActive: false, text: 'with is_test 1 it does nothing' }
      : { isActive: true, text: `at opset ${opset} it is active, because is_test is 0` };
  }
  const flag = opset < 12 ? undefined : node.inputs[2];
  if (flag === undefined || flag === '') {
    return { isActive: false, text: `at opset ${opset} it does nothing without a training input` };
  }
  const training = constants.numbers(flag)?.[0];
  if (training === undefined) {
    return { isActive: true, text: 'whether it is active is computed in the model' };
  }
  return training === 1 ? undefined : { isActive: false, text: 'its training input is false' };
}
