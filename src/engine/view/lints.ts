import type { Lint } from '../../shared/model-view.ts';
import type { Graph, GraphNode } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';

/** What can be said of a model without data: one rule a function, each looks at one node. */
const RULES: readonly ((node: GraphNode, opset: number) => Omit<Lint, 'node'> | undefined)[] = [
  (node) =>
    numberOf(node, 'training_mode') === 1
      ? { rule: 'training-mode', text: `${node.opType} was exported in training mode` }
      : undefined,
  (node) =>
    node.opType.startsWith('Random') || node.opType === 'Multinomial' || node.opType === 'Bernoulli'
      ? { rule: 'random', text: `${node.opType} gives other values in each run` }
      : undefined,
  (node, opset) =>
    ['', 'ai.onnx'].includes(node.domain) &&
    ['Softmax', 'LogSoftmax', 'Hardmax'].includes(node.opType) &&
    opset < 13
      ? {
          rule: 'softmax-before-13',
          text: `${node.opType} before opset 13 flattens the axes from its axis on into one`,
        }
      : undefined,
];

export function lintsOf(model: OnnxModel, graph: Graph): Lint[] {
  const opset = model.opsets.get('') ?? 0;
  return graph.nodes.flatMap((node) =>
    RULES.flatMap((rule) => {
      const lint = rule(node, opset);
      return lint === undefined ? [] : [{ ...lint, node: node.name }];
    }),
  );
}

function numberOf(node: GraphNode, name: string): number | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : undefined;
}
