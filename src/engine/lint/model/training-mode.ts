import type { Lint } from '../note.ts';
import { numberOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

const WAY_OUT = 'export after model.eval(), without training=TrainingMode.TRAINING';

/** Operators that do something else in training: statistics of the batch, random zeros. */
export const trainingMode: Lint<LintedModel> = {
  kind: 'lint:training-mode',
  looksFor: 'BatchNormalization or Dropout exported in training mode',
  find: (linted) =>
    linted.nodes.flatMap((node) => {
      const found = trainingOf(linted, node);
      if (found === undefined) return [];
      const matters =
        node.opType === 'Dropout'
          ? 'it zeroes elements at random in each run, PyTorch in eval mode passes them through'
          : 'it normalises by the statistics of the batch, PyTorch in eval mode by the running ones';
      const source = node.opType === 'Dropout' ? 'pytorch#37641' : 'pytorch#75252';
      return [{ severity: 'warning', subject: node.subject, found, matters, wayOut: WAY_OUT, source }];
    }),
};

/** Before opset 14 a BatchNormalization is in training mode when it has the outputs of training. */
function trainingOf({ opset, constants }: LintedModel, node: LintedNode): string | undefined {
  switch (node.opType) {
    case 'BatchNormalization': {
      if (opset >= 14) {
        return numberOf(node, 'training_mode', 0) === 1
          ? 'BatchNormalization has training_mode 1'
          : undefined;
      }
      const outputs = node.outputs.filter((name) => name !== '').length;
      return outputs > 1 ? `BatchNormalization has ${outputs} outputs, those of training` : undefined;
    }
    case 'Dropout': {
      const flag = node.inputs[2];
      if (opset < 12 || flag === undefined || flag === '') return undefined;
      return constants.numbers(flag)?.[0] === 1 ? 'Dropout has its training input true' : undefined;
    }
    default:
      return undefined;
  }
}
