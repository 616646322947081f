import type { Graph, GraphNode } from '../graph/index.ts';
import type { GroupKind } from './node-groups.ts';

/**
 * Nodes before a group's core that belong to the group: `x / √2` of GELU, mean and variance of LayerNorm. Each is
 * named, for what makes the group's input may look the same (a residual sum before a norm). Undefined where the kind
 * needs some that are not there: a Sqrt that is no norm.
 */
export function headOf(
  graph: Graph,
  fixed: ReadonlySet<string>,
  kind: GroupKind,
  core: GraphNode,
  tail: readonly number[],
): number[] | undefined {
  const back = new Backward(graph, fixed);
  switch (kind) {
    case 'Linear': {
      const isWeighted = core.inputs.some((name) => fixed.has(name));
      return isWeighted ? [] : undefined;
    }
    case 'SiLU':
    case 'Mish':
      return [];
    case 'Hardswish':
      return core.opType === 'Clip' ? back.chain(core.inputs[0], ['Add']) : [];
    case 'GroupNorm':
      return back.chain(core.inputs[0], ['Reshape']);
    case 'GELU':
      return [...geluHead(back, core), ...halves(back, tail, core)];
    case 'LayerNorm':
      return layerNormHead(back, core);
  }
}

/** Erf(x / √2), or Tanh(k · (x + c · x³)). */
function geluHead(back: Backward, core: GraphNode): number[] {
  const scaled = back.maker(core.inputs[0], ['Div', 'Mul'], 'fixed');
  if (scaled === undefined) return [];
  if (core.opType === 'Erf') return [scaled.index];
  const sum = back.maker(back.moving(scaled)[0], ['Add'], 'moving');
  const cubed = back.moving(sum).flatMap((name) => back.maker(name, ['Mul'], 'fixed') ?? [])[0];
  const power = cubed === undefined ? undefined : back.maker(back.moving(cubed)[0], ['Pow', 'Mul'], 'any');
  return [scaled, sum, cubed, power].flatMap((node) => node?.index ?? []);
}

/** `0.5 · x`, multiplied in by the end. */
function halves(back: Backward, tail: readonly number[], core: GraphNode): number[] {
  const own = new Set([core.index, ...tail]);
  return tail.flatMap((index) =>
    back.moving(back.graph.nodes[index]).flatMap((name) => {
      const half = back.maker(name, ['Mul', 'Div'], 'fixed');
      const isRead = back.graph.tensors.get(name)?.consumers.every((consumer) => own.has(consumer));
      return half === undefined || own.has(half.index) || isRead !== true ? [] : [half.index];
    }),
  );
}

/** √(mean((x − mean(x))²) + ε) */
function layerNormHead(back: Backward, core: GraphNode): number[] | undefined {
  const shifted = back.maker(core.inputs[0], ['Add'], 'fixed');
  const variance = back.maker(back.moving(shifted)[0], ['ReduceMean'], 'any');
  const squared = back.maker(variance?.inputs[0], ['Pow', 'Mul'], 'any');
  const centred = back.maker(squared?.inputs[0], ['Sub'], 'moving');
  const mean = back.maker(centred?.inputs[1], ['ReduceMean'], 'any');
  const head = [shifted, variance, squared, centred, mean];
  return head.includes(undefined) ? undefined : head.flatMap((node) => node?.index ?? []);
}

/** Steps against the flow of values. */
class Backward {
  readonly graph: Graph;
  readonly #fixed: ReadonlySet<string>;

  constructor(graph: Graph, fixed: ReadonlySet<string>) {
    this.graph = graph;
    this.#fixed = fixed;
  }

  moving(node: GraphNode | undefined): string[] {
    return (node?.inputs ?? []).filter((name) => name !== '' && !this.#fixed.has(name));
  }

  /** The node that makes the value, if it is one of these and reads a fixed value, only computed ones, or whatever. */
  maker(
    name: string | undefined,
    ops: readonly string[],
    operands: 'fixed' | 'moving' | 'any',
  ): GraphNode | undefined {
    const producer = this.graph.tensors.get(name ?? '')?.producer;
    const node = producer === undefined ? undefined : this.graph.nodes[producer];
    if (node === undefined || !ops.includes(node.opType)) return undefined;
    const readsFixed = this.moving(node).length < node.inputs.length;
    return operands === 'any' || readsFixed === (operands === 'fixed') ? node : undefined;
  }

  chain(name: string | undefined, ops: readonly string[]): number[] {
    const node = this.maker(name, ops, 'any');
    return node === undefined ? [] : [node.index];
  }
}
