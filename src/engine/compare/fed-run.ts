import { isDeepStrictEqual } from 'node:util';
import type { Measured } from '../diagnose/index.ts';
import type { DumpSample } from '../dump/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { NameMatch, PairedTensor } from '../match/index.ts';
import { pairedTensors } from '../match/index.ts';
import type { Plan, SessionSettings } from '../run/index.ts';
import { independentPieces } from '../run/index.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import type { FedEdges } from './fed-edges.ts';
import { fedEdges } from './fed-edges.ts';
import type { FedPiece, FedTask } from './fed-pieces.ts';
import { runPieces, stopPieces } from './fed-pieces.ts';
import type { Ignored } from './ignored.ts';
import { isSelected, measuringOf } from './measured-run.ts';
import type { SideThread } from './side-thread.ts';

export type IsFed = (node: number, name: string) => boolean;

export interface FedRunRequest {
  readonly sample: DumpSample;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly settings: SessionSettings;
  /** What can be run at all depends on what is fed where an input is missing. */
  readonly planOf: (isFed: IsFed) => Plan;
  /** The thread that shares the work. */
  readonly ignored: Ignored | undefined;
  readonly side: SideThread | undefined;
}

export interface FedRunResult {
  readonly measured: ReadonlyMap<string, Measured>;
  readonly isFed: IsFed;
  readonly edges: FedEdges;
  /** Entry key → values that the candidate's dtype cannot hold. */
  readonly unholdable: ReadonlyMap<string, number>;
}

interface Begun {
  readonly task: FedTask;
  /** Pieces that the second thread came to. */
  readonly aside: Promise<readonly FedPiece[]>;
}

/**
 * The fed run of one sample. Where a second thread shares the work it begins while the free run is still going on:
 * what that finds hardly ever changes a pair. When it does, the fed run is begun anew.
 */
export class FedRun {
  readonly #context: CompareContext;
  readonly #request: FedRunRequest;
  #begun: Begun | undefined;

  constructor(context: CompareContext, request: FedRunRequest) {
    this.#context = context;
    this.#request = request;
  }

  /** With the pairs that names gave. */
  beginEarly(named: NameMatch): void {
    if (this.#request.side !== undefined)
      this.#begin(this.#taskFor(named, likelyTypes(this.#request.facts, pairedTensors(named))));
  }

  /** @param free what the free run measured. */
  async finish(match: NameMatch, free: ReadonlyMap<string, Measured>): Promise<FedRunResult> {
    const { graph } = this.#context;
    const { task, aside } = this.#begin(this.#taskFor(match, typesOf(this.#request.facts, free)));
    const own = await runPieces(this.#context, task, this.#request.sample, (piece) => {
      const node = graph.nodes[task.pieces[piece]?.segments[0]?.nodes[0] ?? -1];
      stage(this.#context, 'fed-run', piece, task.pieces.length, node?.name);
    });
    const all = [...own, ...(await aside)].sort((a, b) => a.piece - b.piece);
    return {
      measured: new Map(all.flatMap((piece) => [...piece.measured])),
      isFed: isFedBy(task),
      edges: task.edges,
      unholdable: new Map(all.flatMap((piece) => [...piece.unholdable])),
    };
  }

  /** Goes on with what has begun if it is the same. */
  #begin(task: FedTask): Begun {
    const begun = this.#begun;
    if (begun !== undefined) {
      const isSame = isDeepStrictEqual([begun.task.edges, begun.task.how], [task.edges, task.how]);
      if (isSame) return begun;
      stopPieces(begun.task);
    }
    const aside = this.#request.side?.fed(task) ?? Promise.resolve([]);
    // Nobody waits for it when it is begun anew, or when the free run fails.
    aside.catch(() => undefined);
    return (this.#begun = { task, aside });
  }

  #taskFor(match: NameMatch, types: ReadonlyMap<string, TensorType>): FedTask {
    const { graph } = this.#context;
    const { sample, facts, inputs, settings, planOf, ignored } = this.#request;
    const paired = pairedTensors(match);
    // What is not looked at is not fed either: a fault there must not be hidden from the stretches after it.
    const looked = new Map([...paired].filter(([name]) => isSelected(this.#context, match.scopeOf, name)));
    const edges = fedEdges(graph, match, looked, types);
    const isFed = isFedBy({ edges });
    return {
      sample: sample.index,
      facts,
      inputs,
      settings,
      pieces: independentPieces(graph, planOf(isFed), isFed),
      edges,
      how: measuringOf(this.#context, match.scopeOf, paired, true, ignored),
      next: new Int32Array(new SharedArrayBuffer(4)),
    };
  }
}

function isFedBy({ edges }: Pick<FedTask, 'edges'>): IsFed {
  return (node, name) => edges.get(node)?.has(name) === true;
}

/** Actual types where a run showed them, else what the runtime infers. */
function typesOf(
  facts: ReadonlyMap<string, TensorFacts>,
  free: ReadonlyMap<string, Measured>,
): Map<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const [name, { dtype, dims }] of facts)
    if (dtype !== undefined && dims !== undefined) types.set(name, { dtype, dims });
  for (const [name, measured] of free) types.set(name, measured.type);
  return types;
}

/** What types turn out to be as a rule, where only a run will show them: those of the reference. */
function likelyTypes(
  facts: ReadonlyMap<string, TensorFacts>,
  paired: ReadonlyMap<string, PairedTensor>,
): Map<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const [name, { primary }] of paired) {
    const { dtype, dims } = primary.entry;
    const known = facts.get(name);
    if (known?.unfetchable === undefined) types.set(name, { dtype: known?.dtype ?? dtype, dims });
  }
  return new Map([...types, ...typesOf(facts, new Map())]);
}
