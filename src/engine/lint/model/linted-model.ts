import type { Recording } from '../../dump/index.ts';
import type { Graph, GraphNode } from '../../graph/index.ts';
import { bodiesOf } from '../../graph/index.ts';
import type { Attribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../../onnx/index.ts';
import { constantsOf } from './constants.ts';
import type { Constants } from './constants.ts';

/** What is known besides the model file. Each part makes some lints possible or more exact. */
export interface ModelLintContext {
  readonly recording?: Recording | undefined;
  /** Module path of each top-level node in execution order, in the recording's names; '' where it is unknown. */
  readonly scopeOf?: readonly string[];
  /** Model input → dims that it had in the first recorded sample. */
  readonly sampleDims?: ReadonlyMap<string, readonly number[]>;
  /** Dims of a tensor in a run. */
  readonly dimsOf?: (name: string) => readonly number[] | undefined;
  /** Version of ONNX Runtime that runs the model, `1.30.0`. */
  readonly runtime?: string;
}

/** A node of the top-level graph or of a body, of ONNX's own domain. */
export interface LintedNode {
  /** Name of the top-level node that it is or that holds it: what a window can select. */
  readonly subject: string;
  /** Module path, '' where unknown. */
  readonly scope: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The exporter's optimiser made it of several: it is no longer what its module says. */
  readonly isRewritten: boolean;
}

/** Written by the optimiser of the dynamo exporter on the nodes that its rules make. */
const REWRITER_RULE = 'pkg.onnxscript.rewriter.rule_name';

export interface LintedModel {
  readonly model: OnnxModel;
  readonly graph: Graph;
  /** Of ONNX's own domain; 0 where the file does not say. */
  readonly opset: number;
  /** In execution order, nodes of bodies after the node that holds them. */
  readonly nodes: readonly LintedNode[];
  readonly context: ModelLintContext;
  readonly constants: Constants;
  /** Known dims of a tensor: of a run, of a weight or as declared; undefined for symbolic ones. */
  readonly dimsOf: (name: string) => readonly (number | undefined)[] | undefined;
  readonly producerOf: (name: string) => LintedNode | undefined;
  readonly consumersOf: (name: string) => readonly LintedNode[];
}

export function lintedModel(model: OnnxModel, graph: Graph, context: ModelLintContext): LintedModel {
  const all = graph.nodes.flatMap((node) =>
    withBodies(
      node,
      context.scopeOf?.[node.index] ?? '',
      model.graph.nodes[node.fileIndex]?.metadata.has(REWRITER_RULE) === true,
    ),
  );
  const nodes = all.filter(({ domain }) => domain === '').map(({ node }) => node);
  const producers = new Map(all.flatMap(({ node }) => node.outputs.map((name) => [name, node] as const)));
  const consumers = new Map<string, LintedNode[]>();
  for (const { node } of all) {
    for (const name of new Set(node.inputs)) {
      const list = consumers.get(name);
      if (list === undefined) consumers.set(name, [node]);
      else list.push(node);
    }
  }
  const tensors = tensorsOf(model.graph);
  return {
    model,
    graph,
    opset: model.opsets.get('') ?? 0,
    nodes,
    context,
    constants: constantsOf(model, tensors, (name) => producers.get(name)),
    dimsOf: (name) => context.dimsOf?.(name) ?? tensors.get(name)?.dims ?? declaredDims(graph, name),
    producerOf: (name) => producers.get(name),
    consumersOf: (name) => consumers.get(name) ?? [],
  };
}

function withBodies(
  node: GraphNode,
  scope: string,
  isRewritten: boolean,
): { domain: string; node: LintedNode }[] {
  const { name: subject, domain, opType, inputs, outputs, attributes } = node;
  const found = [{ domain, node: { subject, scope, opType, inputs, outputs, attributes, isRewritten } }];
  const visit = (holder: Pick<OnnxNode, 'attributes'>): void => {
    for (const inner of bodiesOf(holder).flatMap((body) => body.nodes)) {
      found.push({ domain: inner.domain, node: { ...inner, subject, scope, isRewritten } });
      visit(inner);
    }
  };
  visit(node);
  return found;
}

/** Initializers of the graph and of its bodies, by name. */
function tensorsOf(graph: OnnxGraph): Map<string, OnnxTensor> {
  const tensors = new Map<string, OnnxTensor>();
  const visit = (one: OnnxGraph): void => {
    for (const tensor of one.initializers) tensors.set(tensor.name, tensor);
    for (const node of one.nodes) bodiesOf(node).forEach(visit);
  };
  visit(graph);
  return tensors;
}

function declaredDims(graph: Graph, name: string): readonly (number | undefined)[] | undefined {
  const dims = graph.tensors.get(name)?.declared?.dims;
  return dims?.map((dim) => (typeof dim === 'number' ? dim : undefined));
}
