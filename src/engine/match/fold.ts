import type { Graph } from '../graph/index.ts';
import type { CallNodes } from './by-scope.ts';
import type { DumpIndex, ModuleCall } from './dump-index.ts';
import { callKey } from './dump-index.ts';
import type { Ledger } from './ledger.ts';

const FOLDABLE = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);
const BATCH_NORM = /BatchNorm/;

/**
 * Rule 5: exporters fold a BatchNorm into the Conv or Linear before it and keep the Conv's name. Folded is only what
 * has a BatchNorm right after it in the dump while the graph has no node for that BatchNorm: then the tensor pairs
 * with the BatchNorm's output, and the entry before it has no counterpart.
 */
export function repairFolds(graph: Graph, index: DumpIndex, nodes: CallNodes, ledger: Ledger): void {
  for (const [position, conv] of index.order.entries()) {
    const output = conv.outputs[0];
    if (output === undefined || conv.outputs.length !== 1) continue;
    const norm = batchNormAfter(index, conv, index.order[position + 1]);
    const normOutput = norm?.outputs[0];
    if (norm === undefined || normOutput === undefined) continue;
    const convNodes = nodes.get(callKey(conv.path, conv.call)) ?? [];
    const normNodes = nodes.get(callKey(norm.path, norm.call)) ?? [];
    const folding = (list: readonly number[]): boolean =>
      list.some((node) => FOLDABLE.has(graph.nodes[node]?.opType ?? ''));
    const underConv = convNodes.length > 0 && folding(convNodes) && normNodes.length === 0;
    const underNorm = convNodes.length === 0 && folding(normNodes);
    if (!underConv && !underNorm) continue;
    const pair = ledger.pairOf(output);
    if (underConv && pair !== undefined) {
      ledger.replace({ ...pair, entry: normOutput, rule: 'fold', confidence: 'high' });
    }
    for (const entry of index.byStorage.get(output.storage) ?? []) ledger.fold(entry, norm.path);
  }
}

/** The call right after, which reads what this one wrote (where inputs were recorded) and is a BatchNorm. */
function batchNormAfter(
  index: DumpIndex,
  call: ModuleCall,
  next: ModuleCall | undefined,
): ModuleCall | undefined {
  const output = call.outputs[0];
  if (next === undefined || output === undefined || next.outputs.length !== 1) return undefined;
  const className = index.classes.get(next.path);
  if (className !== undefined) {
    const reads = next.inputs.length === 0 || next.inputs.some((input) => input.storage === output.storage);
    return BATCH_NORM.test(className) && reads ? next : undefined;
  }
  // A bare dump knows no classes: the next name, of the same shape, must look like one that no node stands for.
  const sameShape = next.outputs[0]?.dims.join() === output.dims.join();
  return sameShape && /(^|[._])(bn|norm|batch_?norm)?\d*$/i.test(next.path) ? next : undefined;
}
