import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { LayerdiffError } from '../../shared/errors.ts';
import type { ModelView, NodeDetail } from '../../shared/model-view.ts';
import { indexGraph, scopePath } from '../graph/index.ts';
import { lintModel } from '../lint/index.ts';
import { createComparer } from '../metric/index.ts';
import { openModel } from '../onnx/index.ts';
import { nodeDetail } from './node-detail.ts';
import { valueView } from './value-view.ts';

/** A model opened to be looked at: its picture at once, its nodes one by one. */
export interface ViewedModel {
  readonly view: ModelView;
  /** @throws LayerdiffError `bad-request` when there is no such node. */
  readonly node: (name: string) => NodeDetail;
}

/** @throws LayerdiffError `bad-file`, as `openModel`. */
export function viewModel(path: string): ViewedModel {
  const model = openModel(path);
  const stat = statSync(path);
  const graph = indexGraph(model);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const comparer = createComparer();
  const bytes = model.graph.initializers.map(({ data }) =>
    data.kind === 'raw' ? data.bytes.byteLength : data.kind === 'external' ? (data.length ?? 0) : 0,
  );
  const view: ModelView = {
    path,
    name: basename(path),
    bytes: stat.size,
    modifiedMillis: stat.mtimeMs,
    irVersion: model.irVersion,
    producer: `${model.producer} ${model.producerVersion}`.trim(),
    opsets: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    inputs: graph.inputs.map(valueView),
    outputs: model.graph.outputs.map(valueView),
    nodes: graph.nodes.map((node) => ({
      name: node.name,
      opType: node.opType,
      domain: node.domain,
      scope: scopePath(node.origin),
      inputs: [...node.inputs, ...node.captured],
      outputs: node.outputs,
      bodyNodes: node.bodyNodes,
    })),
    initializers: { count: bytes.length, bytes: bytes.reduce((sum, length) => sum + length, 0) },
    functions: model.functions.map(({ domain, name, nodes }) => ({ domain, name, nodes: nodes.length })),
    lints: lintModel(model, graph),
  };
  return {
    view,
    node: (name) => {
      const node = byName.get(name);
      if (node === undefined)
        throw new LayerdiffError('bad-request', 'no such node', { file: path, place: `node ${name}` });
      return nodeDetail(model, graph, comparer, node);
    },
  };
}
