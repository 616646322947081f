/**
 * The fed run in pieces that do not depend on each other, so that two threads can share them: each takes the next one
 * that nobody has begun, and the results have the same bits wherever they were computed.
 */
import type { Measured } from '../diagnose/index.ts';
import type { DumpSample } from '../dump/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { Plan, SessionSettings } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { FedEdges } from './fed-edges.ts';
import { fedValues } from './fed-edges.ts';
import type { Measuring } from './measure.ts';
import type { Workbench } from './measured-run.ts';
import { measuredRun } from './measured-run.ts';

/** Plain data: it crosses to another thread. */
export interface FedTask {
  /** Index of the sample. */
  readonly sample: number;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly settings: SessionSettings;
  readonly pieces: readonly Plan[];
  readonly edges: FedEdges;
  readonly how: ReadonlyMap<string, Measuring>;
  /** `[0]`: the next piece that nobody has begun. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

export interface FedPiece {
  readonly piece: number;
  readonly measured: ReadonlyMap<string, Measured>;
  /** Entry key → values that the candidate's dtype cannot hold. */
  readonly unholdable: ReadonlyMap<string, number>;
}

/** Runs pieces until none is left. */
export async function runPieces(
  bench: Workbench,
  task: FedTask,
  sample: DumpSample,
  onPiece: (piece: number) => void = () => undefined,
): Promise<FedPiece[]> {
  const entries = new Map(sample.entries.map((entry) => [entry.key, entry]));
  const done: FedPiece[] = [];
  for (let piece = takePiece(task); piece !== undefined; piece = takePiece(task)) {
    onPiece(piece.index);
    const unholdable = new Map<string, number>();
    const isLast = piece.index === task.pieces.length - 1;
    const measured = await measuredRun(bench, {
      ...task,
      entries,
      plan: piece.plan,
      fed: fedValues(task.edges, bench.dump, entries, (key, count) => unholdable.set(key, count)),
      // Graph outputs that no node makes belong to no piece: one of them has to take them along.
      wants: (name) => isLast || bench.graph.tensors.get(name)?.producer !== undefined,
    });
    done.push({ piece: piece.index, measured, unholdable });
  }
  return done;
}

function takePiece({ pieces, next }: FedTask): { index: number; plan: Plan } | undefined {
  const index = Atomics.add(next, 0, 1);
  const plan = pieces[index];
  return plan === undefined ? undefined : { index, plan };
}

/** No piece is begun after this. */
export function stopPieces({ pieces, next }: FedTask): void {
  Atomics.store(next, 0, pieces.length);
}
