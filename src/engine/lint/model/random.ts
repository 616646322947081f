import type { Lint } from '../note.ts';
import type { LintedModel } from './linted-model.ts';

const RANDOM = /^(Random(Normal|Uniform)(Like)?|Multinomial|Bernoulli)$/;

export const random: Lint<LintedModel> = {
  kind: 'lint:random',
  looksFor: 'operators that draw random numbers',
  find: ({ nodes }) =>
    nodes
      .filter((node) => RANDOM.test(node.opType))
      .map((node) => ({
        severity: 'warning',
        subject: node.subject,
        found: node.attributes.has('seed')
          ? `${node.opType} draws random numbers from a seed of its own`
          : `${node.opType} gives other values in each run`,
        matters: "a runtime's generator never repeats PyTorch's numbers, so nothing after it can be compared",
        wayOut: 'make the random tensor an input of the model and feed the recorded one',
        source: `ONNX operator ${node.opType}`,
      })),
};
