import type { DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { enteringValues } from './boundary.ts';
import type { ModuleCall } from './dump-index.ts';
import type { Unit } from './units.ts';
import { sourcesOf } from './units.ts';

/** Which candidate tensor each recorded value is, as far as the modules placed so far tell. */
export class ValueWalk {
  readonly #graph: Graph;
  readonly #tensors = new Map<string, string>();

  /** @param inputs model input → the entry fed to it. */
  constructor(graph: Graph, inputs: ReadonlyMap<string, DumpEntry>) {
    this.#graph = graph;
    for (const [tensor, entry] of inputs) this.#tensors.set(entry.storage, tensor);
  }

  remember(call: ModuleCall, unit: Unit): void {
    const [output] = call.outputs;
    if (output !== undefined) this.#tensors.set(output.storage, unit.tensor);
  }

  /** A BatchNorm without a node was folded into what it reads: its value is that tensor. */
  passThrough(call: ModuleCall): void {
    const [input] = call.inputs;
    const [output] = call.outputs;
    const tensor = input === undefined ? undefined : this.#tensors.get(input.storage);
    if (tensor === undefined || output === undefined) return;
    const readers = this.#graph.tensors.get(tensor)?.consumers ?? [];
    const isNorm = readers.some((reader) => this.#graph.nodes[reader]?.opType === 'BatchNormalization');
    if (!isNorm && call.inputs.length === 1) this.#tensors.set(output.storage, tensor);
  }

  /** Whether the unit reads what the module read; undefined where it is not known what that is. */
  reads(call: ModuleCall, unit: Unit): boolean | undefined {
    const known = call.inputs.flatMap((input) => this.#tensors.get(input.storage) ?? []);
    if (known.length === 0) return undefined;
    const read = enteringValues(this.#graph, unit.nodes).flatMap((name) => sourcesOf(this.#graph, name));
    return known.some((tensor) => read.includes(tensor));
  }
}
