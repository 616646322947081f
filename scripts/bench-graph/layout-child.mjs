// One layout in a process of its own: `layout-child.mjs <library> <nodes> <mask|plain> <layout.mjs>`; prints milliseconds.
import { pathToFileURL } from 'node:url';

const [library, size, mask, file] = process.argv.slice(2);
const { createLayout, prepare, transformer } = await import(pathToFileURL(file).href);
const work = prepare(transformer(Number(size), mask === 'mask'));
let step = work.next();
while (!step.done) step = work.next();
const { layout } = step.value;
const ids = Array.from({ length: layout.vertexCount }, (_, id) => id);
const edges = Array.from(layout.from, (from, edge) => [from, layout.to[edge]]);

const LIBRARIES = {
  own: async () => {
    const began = performance.now();
    createLayout(layout).flat();
    return performance.now() - began;
  },
  dagre: async () => {
    const { Graph, layout: run } = await import('@dagrejs/dagre').then((all) => ({
      ...all.default,
      ...all,
      ...all.default?.graphlib,
      ...all.graphlib,
    }));
    const graph = new Graph();
    graph.setGraph({ ranker: 'longest-path' });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const id of ids) graph.setNode(String(id), { width: layout.width[id], height: layout.height[id] });
    for (const [from, to] of edges) graph.setEdge(String(from), String(to));
    const began = performance.now();
    run(graph);
    return performance.now() - began;
  },
  elkjs: async () => {
    const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
    const elk = new Elk();
    const graph = {
      id: 'root',
      layoutOptions: {
        'elk.algorithm': 'layered',
        'elk.direction': 'DOWN',
        'elk.layered.layering.strategy': 'LONGEST_PATH',
        'elk.layered.nodePlacement.strategy': 'SIMPLE',
        'elk.layered.thoroughness': '1',
      },
      children: ids.map((id) => ({ id: String(id), width: layout.width[id], height: layout.height[id] })),
      edges: edges.map(([from, to], edge) => ({
        id: `e${edge}`,
        sources: [String(from)],
        targets: [String(to)],
      })),
    };
    const began = performance.now();
    await elk.layout(graph);
    return performance.now() - began;
  },
};

try {
  console.log((await LIBRARIES[library]()).toFixed(0));
} catch (error) {
  console.log(error instanceof Error ? error.name : String(error));
}
process.exit(0);
