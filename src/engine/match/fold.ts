import type { DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { CallNodes } from './by-scope.ts';
import type { DumpIndex, ModuleCall } from './dump-index.ts';
import { callKey } from './dump-index.ts';
import type { Ledger } from './ledger.ts';
import type { Pair } from './pair.ts';

const FOLDABLE = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);
const BATCH_NORM = /BatchNorm/;
/** The last segment's word for a module with weights, what its norm is called instead, and how a norm's name ends. */
const WEIGHTED_NAME = /(conv|convolution|linear|fc|proj)(?=\d*$)/i;
const NORM_NAMES = ['bn', 'norm', 'batchnorm', 'batch_norm'];
const NORM_NAME = /(^|[._])(bn|norm|batch[._]?norm)\d*$/i;

/**
 * Rule 5: exporters fold a BatchNorm into the Conv or Linear before it and keep the Conv's name. Folded is only what
 * has a BatchNorm right after it in the dump while the graph has no node for that BatchNorm: then the tensor pairs
 * with the BatchNorm's output, and the entry before it has no counterpart.
 */
export function repairFolds(graph: Graph, index: DumpIndex, nodes: CallNodes, ledger: Ledger): void {
  for (const [position, conv] of index.order.entries()) {
    const output = conv.outputs[0];
    if (output === undefined || conv.outputs.length !== 1) continue;
    const norm =
      batchNormAfter(index, conv, nextValue(index.order, position)) ?? normWithActivation(index, output);
    const normOutput = norm?.outputs[0];
    if (norm === undefined || normOutput === undefined) continue;
    const convNodes = nodes.get(callKey(conv.path, conv.call)) ?? [];
    const within = [...nodes].filter(([key]) => key.startsWith(`${norm.path}.`)).flatMap(([, list]) => list);
    const normNodes = (nodes.get(callKey(norm.path, norm.call)) ?? []).filter(
      (node) => !within.includes(node),
    );
    const folding = (list: readonly number[]): boolean =>
      list.some((node) => FOLDABLE.has(graph.nodes[node]?.opType ?? ''));
    const underConv = convNodes.length > 0 && folding(convNodes) && normNodes.length === 0;
    const underNorm = convNodes.length === 0 && folding(normNodes);
    if (!underConv && !underNorm) continue;
    const pair = ledger.pairOf(output);
    if (isDenied(index, ledger, output, normOutput)) continue;
    if (underConv && pair !== undefined) {
      ledger.replace({ ...pair, entry: normOutput, rule: 'fold', confidence: 'high' });
    }
    for (const entry of index.byStorage.get(output.storage) ?? []) ledger.fold(entry, norm.path);
  }
}

/** The user's map says that the Conv's output is in the graph after all, or that the norm's is another tensor. */
function isDenied(index: DumpIndex, ledger: Ledger, output: DumpEntry, normOutput: DumpEntry): boolean {
  const mapped = ({ storage }: DumpEntry): Pair | undefined =>
    (index.byStorage.get(storage) ?? [])
      .filter((entry) => ledger.isMapped(entry))
      .map((entry) => ledger.pairOf(entry))[0];
  const norm = mapped(normOutput);
  const conv = ledger.pairOf(output);
  return (
    mapped(output) !== undefined || (norm !== undefined && conv !== undefined && conv.tensor !== norm.tensor)
  );
}

/**
 * A BatchNorm that goes on (timm's BatchNormAct2d calls `drop` and `act` inside): what it normalised is what the first
 * module inside it reads, and the nodes of these are not the norm's.
 */
function normWithActivation(index: DumpIndex, output: DumpEntry): ModuleCall | undefined {
  const reader = (index.byStorage.get(output.storage) ?? []).find(
    (entry) => entry.role === 'input' && BATCH_NORM.test(index.classes.get(index.spell(entry.path)) ?? ''),
  );
  if (reader === undefined) return undefined;
  const path = index.spell(reader.path);
  const inside = [...index.calls].find(([child]) => child.startsWith(`${path}.`))?.[1][reader.call];
  const normalised = inside?.inputs[0];
  if (normalised === undefined || normalised.storage === output.storage) return undefined;
  return { path, call: reader.call, inputs: [reader], outputs: [normalised] };
}

/** The next call that made another value: containers return what their last module made. */
function nextValue(order: readonly ModuleCall[], position: number): ModuleCall | undefined {
  const storage = order[position]?.outputs[0]?.storage;
  for (let next = position + 1; next < order.length; next++) {
    if (order[next]?.outputs[0]?.storage !== storage) return order[next];
  }
  return undefined;
}

/** The call right after, which reads what this one wrote (where inputs were recorded) and is a BatchNorm. */
function batchNormAfter(
  index: DumpIndex,
  call: ModuleCall,
  next: ModuleCall | undefined,
): ModuleCall | undefined {
  const output = call.outputs[0];
  if (output === undefined) return undefined;
  if (!index.hasModules) return bareNormOf(index, call, next);
  if (next?.outputs.length !== 1 || !BATCH_NORM.test(index.classes.get(next.path) ?? '')) return undefined;
  const reads = next.inputs.length === 0 || next.inputs.some((input) => input.storage === output.storage);
  return reads ? next : undefined;
}

/**
 * A bare dump knows no classes, and files of a folder come in the order of their names: the norm of `conv2` is `bn2`
 * or `norm2` beside it, the norm of item 0 is item 1, and else the next entry if it is called like a norm. Shapes must
 * be the same.
 */
function bareNormOf(
  index: DumpIndex,
  { path, outputs }: ModuleCall,
  next: ModuleCall | undefined,
): ModuleCall | undefined {
  const item = /^(.*?)(\d+)$/.exec(path);
  const isItem = item?.[1] === '' || /[._]$/.test(item?.[1] ?? 'x');
  const beside = isItem
    ? [`${item?.[1] ?? ''}${Number(item?.[2]) + 1}`]
    : NORM_NAMES.map((name) => path.replace(WEIGHTED_NAME, name));
  const named = beside.filter((name) => name !== path).flatMap((name) => index.calls.get(name)?.[0] ?? []);
  const follows = next !== undefined && NORM_NAME.test(next.path) ? [next] : [];
  const dims = outputs[0]?.dims.join();
  return [...named, ...follows].find(
    (norm) => norm.outputs.length === 1 && norm.outputs[0]?.dims.join() === dims,
  );
}
