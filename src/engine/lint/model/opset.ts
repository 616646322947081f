import type { Lint, Note } from '../note.ts';
import { textOf } from './attributes.ts';
import type { LintedModel } from './linted-model.ts';
import { operatorSince } from './operator-since.ts';

/** The lowest opset that PyTorch's TorchScript exporter knows as its base, and that of the dynamo exporter's library. */
const TORCHSCRIPT_BASE = 9;
const DYNAMO_BASE = 18;

export const opsetLint: Lint<LintedModel> = {
  kind: 'lint:opset',
  looksFor: 'an opset below what an operator or the exporter needs, and the renamed modes of GridSample',
  find: (linted) => [...tooEarly(linted), ...converted(linted), ...gridSample(linted)],
};

function tooEarly({ nodes, opset }: LintedModel): Note[] {
  return nodes.flatMap((node) => {
    const since = operatorSince(node.opType);
    if (since === undefined || opset >= since) return [];
    return [
      {
        severity: 'warning',
        subject: node.subject,
        found: `${node.opType} stands in a model of opset ${opset}`,
        matters: `ONNX has it since opset ${since}: a runtime refuses it or has a meaning of its own for it`,
        wayOut: `export with opset ${since} or later`,
        source: `ONNX operator ${node.opType}`,
      },
    ];
  });
}

function converted({ model, graph, opset }: LintedModel): Note[] {
  if (model.producer !== 'pytorch' || opset === 0) return [];
  const isDynamo = graph.nodes.some((node) => node.origin.kind === 'dynamo');
  const base = isDynamo ? DYNAMO_BASE : TORCHSCRIPT_BASE;
  if (opset >= base) return [];
  return [
    {
      severity: 'info',
      subject: '',
      found: `opset ${opset} from ${isDynamo ? 'the dynamo' : "PyTorch's"} exporter, whose operators begin at opset ${base}`,
      matters: isDynamo
        ? 'the model was exported at opset 18 and brought down by a version converter'
        : 'few operators are written for it',
      wayOut: `export with opset ${base} or later`,
      source: isDynamo ? 'pytorch#161056' : 'pytorch#107829',
    },
  ];
}

/** Opset 20 calls them linear and cubic. */
function gridSample({ nodes, opset }: LintedModel): Note[] {
  return nodes.flatMap((node) => {
    const mode = textOf(node, 'mode', '');
    const isOld = mode === 'bilinear' || mode === 'bicubic';
    const isWrong = opset >= 20 ? isOld : mode === 'linear' || mode === 'cubic';
    if (node.opType !== 'GridSample' || !isWrong) return [];
    return [
      {
        severity: 'warning',
        subject: node.subject,
        found: `GridSample at opset ${opset} has mode ${mode}`,
        matters: `opset 20 renamed bilinear and bicubic to linear and cubic: some runtimes take nearest for a name they do not know`,
        wayOut: `set mode to ${opset >= 20 ? mode.slice(2) : `bi${mode}`}`,
        source: 'onnx-tensorrt#1060',
      },
    ];
  });
}
