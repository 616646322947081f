export type { Graph, GraphNode, GraphTensor, Initializer, ScopeOrigin, TensorFacts } from './graph.ts';
export { indexGraph } from './index-graph.ts';
export { bodiesOf } from './captured.ts';
export { scopePath } from './scope-path.ts';
