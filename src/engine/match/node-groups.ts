import type { Graph, GraphNode } from '../graph/index.ts';
import { headOf } from './node-group-head.ts';

/** Several nodes that one PyTorch operator became; only the last one's value is a value of that operator. */
export interface NodeGroup {
  readonly kind: GroupKind;
  /** Execution order; the last is the end. */
  readonly nodes: readonly number[];
}

export type GroupKind = 'Linear' | 'SiLU' | 'GELU' | 'Hardswish' | 'Mish' | 'LayerNorm' | 'GroupNorm';

/**
 * What may follow on the way from a group's core to its end. `other`: the second operand, a weight or number (`fixed`),
 * a computed value (`moving`), the core's own input (`same`).
 */
interface Step {
  readonly op: string;
  readonly other: 'fixed' | 'moving' | 'same' | 'any' | 'none';
  readonly optional?: boolean;
}

const step = (op: string, other: Step['other'], optional = false): Step => ({ op, other, optional });

/** Seen in exports of torch 1.13 to 2.13, opset 9 to 20. */
const SHAPES: readonly {
  readonly kind: GroupKind;
  readonly core: string;
  readonly steps: readonly Step[];
}[] = [
  { kind: 'Linear', core: 'MatMul', steps: [step('Add', 'fixed')] },
  { kind: 'SiLU', core: 'Sigmoid', steps: [step('Mul', 'same')] },
  { kind: 'GELU', core: 'Erf', steps: [step('Add', 'fixed'), step('Mul', 'fixed'), step('Mul', 'moving')] },
  {
    kind: 'GELU',
    core: 'Erf',
    steps: [step('Add', 'fixed'), step('Mul', 'moving'), step('Mul', 'fixed', true)],
  },
  { kind: 'GELU', core: 'Tanh', steps: [step('Add', 'fixed'), step('Mul', 'fixed'), step('Mul', 'moving')] },
  {
    kind: 'GELU',
    core: 'Tanh',
    steps: [step('Add', 'fixed'), step('Mul', 'moving'), step('Mul', 'fixed', true)],
  },
  { kind: 'Hardswish', core: 'HardSigmoid', steps: [step('Mul', 'same')] },
  { kind: 'Hardswish', core: 'Clip', steps: [step('Mul', 'moving'), step('Div', 'fixed')] },
  { kind: 'Hardswish', core: 'Clip', steps: [step('Div', 'fixed'), step('Mul', 'moving')] },
  { kind: 'Mish', core: 'Softplus', steps: [step('Tanh', 'none'), step('Mul', 'same')] },
  {
    kind: 'LayerNorm',
    core: 'Sqrt',
    steps: [step('Div', 'moving'), step('Mul', 'fixed', true), step('Add', 'fixed', true)],
  },
  {
    kind: 'GroupNorm',
    core: 'InstanceNormalization',
    steps: [step('Reshape', 'any'), step('Mul', 'fixed', true), step('Add', 'fixed', true)],
  },
];

export function findGroups(graph: Graph): NodeGroup[] {
  const fixed = fixedValues(graph);
  const groups: NodeGroup[] = [];
  for (const core of graph.nodes) {
    for (const { kind, core: opType, steps } of SHAPES) {
      if (core.opType !== opType) continue;
      const tail = follow(graph, fixed, core, steps);
      if (tail === undefined) continue;
      const head = headOf(graph, fixed, kind, core, tail);
      if (head === undefined) continue;
      groups.push({ kind, nodes: [...new Set([...head, core.index, ...tail])].sort((a, b) => a - b) });
      break;
    }
  }
  return groups;
}

/** Weights, numbers, and what is computed from them alone. */
export function fixedValues(graph: Graph): ReadonlySet<string> {
  const fixed = new Set(graph.initializers.keys());
  for (const node of graph.nodes) {
    const needs = [...node.inputs, ...node.captured].filter((name) => name !== '');
    if (needs.every((name) => fixed.has(name))) for (const output of node.outputs) fixed.add(output);
  }
  return fixed;
}

function follow(
  graph: Graph,
  fixed: ReadonlySet<string>,
  core: GraphNode,
  steps: readonly Step[],
): number[] | undefined {
  const tail: number[] = [];
  let node = core;
  for (const { op, other, optional } of steps) {
    const next = onlyReader(graph, node);
    if (next?.opType !== op || !operandIs(fixed, core, node, next, other)) {
      if (optional === true) continue;
      return undefined;
    }
    tail.push(next.index);
    node = next;
  }
  return tail;
}

function operandIs(
  fixed: ReadonlySet<string>,
  core: GraphNode,
  from: GraphNode,
  next: GraphNode,
  other: Step['other'],
): boolean {
  const made = from.outputs[0];
  const rest = next.inputs.filter((name) => name !== '' && name !== made);
  switch (other) {
    case 'any':
      return true;
    case 'none':
      return rest.length === 0;
    case 'fixed':
      return rest.length > 0 && rest.every((name) => fixed.has(name));
    case 'moving':
      return rest.length > 0 && rest.some((name) => !fixed.has(name));
    case 'same':
      return rest.length === 1 && rest[0] === core.inputs[0];
  }
}

function onlyReader(graph: Graph, node: GraphNode): GraphNode | undefined {
  const tensor = graph.tensors.get(node.outputs[0] ?? '');
  if (tensor === undefined || tensor.isOutput || tensor.consumers.length !== 1) return undefined;
  return graph.nodes[tensor.consumers[0] ?? -1];
}
