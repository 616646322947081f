import type { Report } from '../../../shared/report.ts';
import { itemsOf } from '../layout/csr.ts';
import type { Prepared } from './prepared.ts';

/** How far back from a step's tensor the one before it is looked for. */
const FARTHEST = 4000;

/**
 * The ways the error takes, by edge of the model: 0 off all of them, else the gain of the step the edge belongs to (1
 * where it is not known). Steps name paired tensors; between two of them the shortest way through the graph is taken.
 */
export function pathMarks(prepared: Prepared, report: Report | undefined): Float32Array {
  const { graph } = prepared;
  const marks = new Float32Array(graph.from.length);
  const done = new Set<string>();
  for (const path of report?.paths ?? []) {
    path.steps.forEach((step, index) => {
      const before = path.steps[index - 1];
      const gain = step.gain ?? 1;
      if (before !== undefined && !done.has(`${before.tensor}\n${step.tensor}`)) {
        done.add(`${before.tensor}\n${step.tensor}`);
        const end = graph.producerOf.get(step.tensor);
        if (end !== undefined) trace(prepared, before.tensor, end, gain, marks);
      }
      if (index === path.steps.length - 1) leave(prepared, step.tensor, path.output, marks);
    });
  }
  return marks;
}

/** Breadth first from the later tensor's maker back to the earlier tensor. */
function trace(
  { graph, into }: Prepared,
  tensor: string,
  end: number,
  gain: number,
  marks: Float32Array,
): void {
  const start = graph.producerOf.get(tensor);
  if (start === undefined) return;
  const through = new Map<number, number>([[end, -1]]);
  const queue = [end];
  for (let head = 0; head < queue.length && head < FARTHEST; head++) {
    for (const edge of itemsOf(into, queue[head] ?? 0)) {
      const maker = graph.from[edge] ?? 0;
      const isStart = maker === start && graph.tensors[graph.tensor[edge] ?? 0] === tensor;
      if (isStart) {
        for (let at = edge; at >= 0; at = through.get(graph.to[at] ?? 0) ?? -1) {
          marks[at] = Math.max(marks[at] ?? 0, gain, Number.MIN_VALUE);
        }
        return;
      }
      // Numbers follow execution order: what comes before the earlier tensor cannot be between the two.
      if (through.has(maker) || (maker < start && start < graph.nodeCount)) continue;
      through.set(maker, edge);
      queue.push(maker);
    }
  }
}

/** From the last step to the model's output, also where casts and reshapes nobody compared lie between. */
function leave(prepared: Prepared, tensor: string, output: string, marks: Float32Array): void {
  const { graph } = prepared;
  for (let vertex = graph.nodeCount; vertex < graph.count; vertex++) {
    if (graph.kinds[vertex] === 3 && graph.names[vertex] === output)
      trace(prepared, tensor, vertex, 1, marks);
  }
}
