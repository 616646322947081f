/** The only file that sees onnxruntime-node. Turns its calls into the engine's tensors and its errors into one line. */
import type { InferenceSession } from 'onnxruntime-node';
import ort from 'onnxruntime-node';
import type { ComparableDtype, Dtype } from '../../shared/dtype.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Tensor, TensorType } from '../tensor/index.ts';
import { bytesOf, typedArrayOf } from '../tensor/index.ts';

export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

export interface SessionSettings {
  readonly level: OptimizationLevel;
  readonly provider: string;
  /** 0 lets the runtime choose. */
  readonly threads: number;
  /** The runtime writes its optimised graph here. */
  readonly optimizedModelPath?: string;
  /** Passes of the optimizer that are left out. */
  readonly withoutPasses?: readonly string[];
}

/** A value at the edge of a session as the runtime sees it. */
export interface RuntimeValue {
  readonly name: string;
  /** undefined: a sequence, map or optional. */
  readonly dtype: Dtype | undefined;
  /** undefined where the rank is unknown (or 0: the runtime does not tell them apart) or a dim is symbolic. */
  readonly dims: readonly number[] | undefined;
}

export interface Session {
  readonly inputs: readonly RuntimeValue[];
  readonly outputs: readonly RuntimeValue[];
  /**
   * @param fetches tensors whose bytes the runtime fills, or undefined where it shall allocate.
   * @returns every fetched tensor; those given are the same objects. The runtime's JavaScript layer keeps results in a
   * plain object, so that one named `__proto__` is there only if it was given: by its shape, which must be known.
   * @param sequence the first output, of a type that is not handed out. That layer copies every result into fresh
   * memory, which can take as long as the run, even where it came in a buffer that was given. A result that it cannot
   * convert ends it after the run and before the first copy.
   */
  run(
    feeds: ReadonlyMap<string, Tensor>,
    fetches: ReadonlyMap<string, Tensor | undefined>,
    sequence?: string,
  ): Promise<Map<string, Tensor>>;
  release(): Promise<void>;
}

/** @throws LayerdiffError `runtime` with the runtime's reason, shortened to its first line. */
export async function createSession(model: Uint8Array | string, settings: SessionSettings): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: settings.level,
    executionProviders: [settings.provider],
    // Outputs are our own buffers; an arena would keep what is only scratch.
    enableCpuMemArena: false,
    enableMemPattern: false,
    executionMode: 'sequential',
    logSeverityLevel: 4,
    ...(settings.threads > 0 ? { intraOpNumThreads: settings.threads, interOpNumThreads: 1 } : {}),
    ...(settings.optimizedModelPath === undefined
      ? {}
      : { optimizedModelFilePath: settings.optimizedModelPath }),
    ...(settings.withoutPasses === undefined
      ? {}
      : { extra: { optimization: { disable_specified_optimizers: settings.withoutPasses.join(';') } } }),
  };
  let session: InferenceSession;
  try {
    session =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, options)
        : await ort.InferenceSession.create(model, options);
  } catch (error) {
    const refused = runtimeError(error);
    throw PROVIDER_MISSING.test(refused.message) ? providerError(settings.provider, refused) : refused;
  }
  return {
    inputs: session.inputMetadata.map(runtimeValue),
    outputs: session.outputMetadata.map(runtimeValue),
    run: (feeds, fetches, sequence) => run(session, feeds, fetches, sequence),
    release: () => session.release(),
  };
}

function runtimeValue(value: InferenceSession.ValueMetadata): RuntimeValue {
  if (!value.isTensor) return { name: value.name, dtype: undefined, dims: undefined };
  const numbers = value.shape.filter((dim) => typeof dim === 'number');
  const isKnown = numbers.length === value.shape.length && numbers.length > 0;
  return { name: value.name, dtype: value.type, dims: isKnown ? numbers : undefined };
}

async function run(
  session: InferenceSession,
  feeds: ReadonlyMap<string, Tensor>,
  fetches: ReadonlyMap<string, Tensor | undefined>,
  sequence: string | undefined,
): Promise<Map<string, Tensor>> {
  const fed = nullObject<ort.Tensor>();
  for (const [name, tensor] of feeds) fed[name] = toRuntime(tensor);
  const wanted = nullObject<ort.Tensor | null>();
  for (const [name, tensor] of fetches) wanted[name] = tensor === undefined ? null : toRuntime(tensor);
  const allGiven = [...fetches.values()].every((tensor) => tensor !== undefined);
  if (sequence !== undefined && allGiven) wanted[sequence] = null;
  let results: InferenceSession.ReturnType = {};
  try {
    results = await session.run(fed, wanted);
  } catch (error) {
    const refused = runtimeError(error);
    const isDone = sequence !== undefined && allGiven && refused.message.startsWith(NOT_CONVERTED);
    if (!isDone) throw refused;
  }
  const fetched = new Map<string, Tensor>();
  for (const [name, tensor] of fetches) {
    const result = tensor ?? (Object.hasOwn(results, name) ? fromRuntime(results[name]) : undefined);
    if (result !== undefined) fetched.set(name, result);
  }
  return fetched;
}

/** Said of results only, when the model has run. */
const NOT_CONVERTED = 'Non tensor type';

/** Names come from the file: an object with a prototype would lose `__proto__`. */
function nullObject<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function toRuntime(tensor: Tensor): ort.Tensor {
  const { dtype, dims } = tensor;
  if (!isComparableDtype(dtype) || dtype === 'bfloat16') {
    throw new LayerdiffError('runtime', `the runtime cannot be fed ${dtype} tensors`);
  }
  return new ort.Tensor(dtype, dataFor(dtype, tensor.bytes) as Float32Array, dims);
}

function dataFor(dtype: ComparableDtype, bytes: Uint8Array): ArrayBufferView {
  const view = typedArrayOf(dtype, bytes);
  const half = (
    globalThis as {
      Float16Array?: new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;
    }
  ).Float16Array;
  return dtype === 'float16' && half !== undefined
    ? new half(view.buffer, view.byteOffset, view.length)
    : view;
}

function fromRuntime(result: ort.Tensor | undefined): Tensor | undefined {
  if (result === undefined || result.type === 'string') return undefined;
  return { dtype: result.type, dims: result.dims, bytes: bytesOf(result.data as unknown as ArrayBufferView) };
}

/** Whether the runtime can hand out (and be fed) tensors of this type; int4 would abort the process. */
export function isRuntimeDtype(dtype: Dtype): boolean {
  return isComparableDtype(dtype) && dtype !== 'bfloat16';
}

export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

/** The runtime's first line, without source paths of its own build; known refusals get their way out. */
function runtimeError(error: unknown): LayerdiffError {
  const text = error instanceof Error ? error.message : String(error);
  const line = (text.split('\n')[0] ?? text)
    .replace(/\/[^\s:]*\/onnxruntime\/[^\s]*\.(cc|h):\d+\s*/g, '')
    .trim();
  const operator = /Fatal error: (\S+?)(?:\(-?\d+\))? is not a registered function\/op/.exec(line)?.[1];
  if (operator !== undefined) {
    return new LayerdiffError('runtime', `the runtime does not know the operator ${operator}`, {
      place: `operator ${operator}`,
      wayOut:
        'custom operator libraries cannot be loaded here: cut the model before it, or export it as standard operators',
    });
  }
  return new LayerdiffError('runtime', line);
}

/** @throws LayerdiffError `runtime` when the provider is unknown to this build or its library is not installed. */
function providerError(provider: string, error: LayerdiffError): LayerdiffError {
  const known = ort.listSupportedBackends().map((backend) => backend.name);
  const cuda = provider === 'cuda' || provider === 'tensorrt';
  const wayOut = cuda
    ? 'install it: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false'
    : `this build has ${known.join(', ')}`;
  return new LayerdiffError(
    'runtime',
    `the execution provider "${provider}" is not available (${error.message})`,
    { wayOut },
  );
}

const PROVIDER_MISSING = /Failed to load shared library|backend not found|no available backend/;

export type { TensorType };
