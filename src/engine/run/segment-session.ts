import { LayerdiffError, isLayerdiffError } from '../../shared/errors.ts';
import type { SubmodelInput } from '../onnx/index.ts';
import { joinBytes, lengthOf, submodelParts } from '../onnx/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { byteLength } from '../tensor/index.ts';
import type { ExecuteRequest } from './execute.ts';
import { freshName } from './fresh-name.ts';
import type { Session } from './ort.ts';
import { createSession, isRuntimeDtype } from './ort.ts';
import type { Segment } from './plan.ts';

/** A segment as a session that can run several times. */
export interface SegmentSession {
  /** Into buffers of the arena where types are known. @throws LayerdiffError `runtime` naming the segment. */
  readonly run: (feeds: ReadonlyMap<string, Tensor>) => Promise<Map<string, Tensor>>;
  readonly release: () => Promise<void>;
}

/** Opset of ai.onnx that brought `SequenceEmpty`. */
const SEQUENCES_SINCE = 11;

export interface SegmentWiring {
  readonly segment: Segment;
  readonly feeds: ReadonlyMap<string, Tensor>;
  /** File index of a node → its input → the name that it reads instead. */
  readonly renames: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** Indices of the weights that the sub-model holds. */
  readonly initializers: readonly number[];
  readonly outputs: readonly string[];
}

/** @throws LayerdiffError `runtime` naming the first node of the segment. */
export async function openSegment(request: ExecuteRequest, wiring: SegmentWiring): Promise<SegmentSession> {
  const { model, graph, facts, arena } = request;
  const { segment, outputs } = wiring;
  const inputs: SubmodelInput[] = [...wiring.feeds].map(([name, { dtype, dims }]) => ({ name, dtype, dims }));
  const emptySequence =
    (model.opsets.get('') ?? 0) >= SEQUENCES_SINCE ? freshName(graph, 'layerdiff.none') : undefined;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!isLayerdiffError(error)) throw error;
      const place = error.place ?? placeOf(request, segment);
      throw new LayerdiffError(error.tag, error.message, { file: model.path, place });
    }
  };
  const session = await guarded(() => {
    const parts = submodelParts(model, {
      nodes: segment.nodes.map((index) => graph.nodes[index]?.fileIndex ?? -1),
      initializers: wiring.initializers,
      inputs,
      outputs,
      renames: wiring.renames,
      emptySequence,
      changes: request.changes,
    });
    return createSession(joinBytes(parts, arena.take(lengthOf(parts))), request.settings);
  });
  const inferred = new Map(session.outputs.map((value) => [value.name, value]));
  const bufferFor = (name: string): Tensor | undefined => {
    const dtype = inferred.get(name)?.dtype ?? facts.get(name)?.dtype;
    const dims = inferred.get(name)?.dims ?? facts.get(name)?.dims;
    const isKnown = dtype !== undefined && dims !== undefined && isRuntimeDtype(dtype);
    return isKnown ? { dtype, dims, bytes: arena.take(byteLength({ dtype, dims })) } : undefined;
  };
  return {
    run: (feeds) => {
      const fetches = new Map(outputs.map((name) => [name, bufferFor(name)]));
      return guarded(() => runWithBuffers(session, feeds, fetches, emptySequence));
    },
    release: () => session.release(),
  };
}

/**
 * Into our buffers; where a shape declared in the file is not the one that comes out, the runtime refuses the buffer
 * and gets to allocate for itself.
 */
async function runWithBuffers(
  session: Session,
  feeds: ReadonlyMap<string, Tensor>,
  fetches: ReadonlyMap<string, Tensor | undefined>,
  emptySequence: string | undefined,
): Promise<Map<string, Tensor>> {
  try {
    return await session.run(feeds, fetches, emptySequence);
  } catch (error) {
    if (!isLayerdiffError(error) || !error.message.includes('computed output shape')) throw error;
    return session.run(feeds, new Map([...fetches.keys()].map((name) => [name, undefined])));
  }
}

export function placeOf(request: ExecuteRequest, segment: Segment): string {
  const first = request.graph.nodes[segment.nodes[0] ?? -1]?.name ?? '';
  return segment.nodes.length === 1
    ? `node ${first}`
    : `nodes ${first} and the ${segment.nodes.length - 1} after it`;
}
