export type { Graph, GraphNode, GraphTensor, Initializer, ScopeOrigin, TensorFacts } from './graph.ts';
export { indexGraph } from './index-graph.ts';
export { bodiesOf } from './captured.ts';
export { downstreamOf, randomNodes } from './random-nodes.ts';
export { scopePath } from './scope-path.ts';
