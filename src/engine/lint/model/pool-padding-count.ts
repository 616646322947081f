import type { Lint } from '../note.ts';
import type { LintedModel } from './linted-model.ts';
import { poolsOf } from './pool.ts';

/** Opset from which PyTorch's exporter writes the attribute; before, it pads with a Pad of its own. */
const WRITTEN = 10;

export const poolPaddingCount: Lint<LintedModel> = {
  kind: 'lint:pool-padding-count',
  looksFor: 'AveragePool with pads that does not say count_include_pad',
  find: (linted) => {
    const isPytorch = linted.model.producer === 'pytorch';
    if (isPytorch && linted.opset < WRITTEN) return [];
    return poolsOf(linted, ['AveragePool'])
      .filter(({ node }) => !node.attributes.has('count_include_pad'))
      .filter(({ axes }) => axes.some(({ begin, end }) => begin > 0 || end > 0))
      .map(({ node, axes }) => ({
        // PyTorch's own silence meant False.
        severity: isPytorch ? 'info' : 'warning',
        subject: node.subject,
        found: `AveragePool with pads [${[...axes.map((axis) => axis.begin), ...axes.map((axis) => axis.end)].join(', ')}] does not say count_include_pad`,
        matters: "ONNX then leaves the padding out of the average, PyTorch's default (True) counts it",
        wayOut: 'write count_include_pad as the PyTorch module has it',
        source: 'onnx-tensorrt#663',
      }));
  },
};
