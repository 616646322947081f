import type { ModelView } from '../../../shared/model-view.ts';
import { groupBy } from '../layout/csr.ts';
import type { Grouped } from '../layout/csr.ts';
import type { LayoutModel } from '../layout/layout-model.ts';
import { boxText, layoutModel } from './boxes.ts';
import type { BoxText } from './boxes.ts';
import { hierarchy } from './hierarchy.ts';
import type { Hierarchy } from './hierarchy.ts';
import { modelGraph, STEP } from './model-graph.ts';
import type { ModelGraph } from './model-graph.ts';

/** All that is derived from a model before anything is drawn of it. */
export interface Prepared {
  readonly model: ModelView;
  readonly graph: ModelGraph;
  readonly groups: Hierarchy;
  /** By vertex, then by group; a group's soft line depends on the language and is written when drawn. */
  readonly texts: readonly BoxText[];
  readonly layout: LayoutModel;
  /** Edges of the model by maker and by reader. */
  readonly out: Grouped;
  readonly into: Grouped;
}

/** In steps, with a pause after each: a model of 10,000 nodes must not hold the page up. */
export function* prepare(model: ModelView): Generator<undefined, Prepared> {
  const graph = yield* modelGraph(model);
  yield;
  const groups = yield* hierarchy(model.nodes, graph);
  yield;
  const texts: BoxText[] = [];
  for (const [id, node] of model.nodes.entries()) {
    if (id % STEP === STEP - 1) yield;
    texts.push(boxText(node, groups.path[groups.groupOf[id] ?? 0] ?? ''));
  }
  for (const name of graph.names.slice(graph.nodeCount)) texts.push({ bold: name, soft: '' });
  for (const label of groups.label) texts.push({ bold: label, soft: '' });
  yield;
  const layout = layoutModel(graph, groups, texts);
  yield;
  return {
    model,
    graph,
    groups,
    texts,
    layout,
    out: groupBy(graph.from, graph.count),
    into: groupBy(graph.to, graph.count),
  };
}
