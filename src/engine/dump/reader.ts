import type { Dtype } from '../../shared/dtype.ts';

/**
 * The one interface behind which every dump format stands. Opening costs the headers, `read` costs the slice.
 * All calls are synchronous: they run in the engine's own process, which its owner can kill.
 */
export interface Dump {
  readonly format: DumpFormat;
  /** Base name of the file or folder, for messages and reports. */
  readonly name: string;
  readonly samples: readonly DumpSample[];
  /** Only a layerdiff dump knows these. */
  readonly recording: Recording | undefined;
  /** What the reader left out and why (an object array, a quantised tensor): shown to the user. */
  readonly skipped: readonly SkippedEntry[];
  /**
   * Copies elements [start, start + count) of the entry, C order, little-endian, into `target` from its first byte.
   * @throws LayerdiffError `bad-file` when the file ends early or changed since it was opened.
   */
  read(entry: DumpEntry, start: number, count: number, target: Uint8Array): void;
  close(): void;
}

export type DumpFormat =
  'layerdiff' | 'safetensors' | 'npz' | 'npy' | 'npy-folder' | 'torch' | 'onnx-test-data' | 'polygraphy';

export interface DumpSample {
  readonly index: number;
  readonly entries: readonly DumpEntry[];
  /** Model inputs by forward argument name (layerdiff dump) or file position (ONNX test data `input_0`); entries of `entries`. */
  readonly inputs: readonly NamedEntry[];
  readonly outputs: readonly NamedEntry[];
  /** float64 run of a deep copy: entries with the same `key` but dtype float64; undefined if none was recorded. */
  readonly referee: readonly DumpEntry[] | undefined;
  /** What the program did before its first node and after its last one; undefined where nothing was recorded of it. */
  readonly pre: StageRecord | undefined;
  readonly post: StageRecord | undefined;
}

/** A stage outside of the model: what went into the preprocessing, or what came out of the postprocessing. */
export interface StageRecord {
  /** Without a prototype: any name may be looked up. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** `path` is the plain name (`boxes`), `key` that of messages and reports (`post.boxes`); not among the sample's `entries`. */
  readonly tensors: readonly DumpEntry[];
}

/** null: recorded as None, or as a number that is not finite. */
export type SettingValue = number | string | boolean | readonly number[] | null;

export interface NamedEntry {
  readonly name: string;
  readonly entry: DumpEntry;
}

export interface DumpEntry {
  /**
   * Unique in its sample: `path#call:output.0`, `path#call:input.1`; for bare dumps the tensor's own name.
   * This is the name that reports, map files and messages use.
   */
  readonly key: string;
  /** Module path as `named_modules()` gives it ('' is the root), or the tensor's name in a bare dump. */
  readonly path: string;
  /** 0 for the first call of that module in the forward pass. */
  readonly call: number;
  readonly role: 'input' | 'output';
  /** Position among the flattened inputs or outputs of the call. */
  readonly index: number;
  /** True for names that are module paths by construction (layerdiff dump); bare names may be anything. */
  readonly isModulePath: boolean;
  /** ATen operator of an op-level entry (`aten.convolution.default`), else undefined. */
  readonly op: string | undefined;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  /** Equal for entries that are the same stored tensor (aliases): they need one read and one comparison. */
  readonly storage: string;
  /** Reader's own handle (offset, strides …). */
  readonly locator: unknown;
}

export interface SkippedEntry {
  readonly name: string;
  readonly reason: string;
}

/** What the recorder wrote besides tensors. */
export interface Recording {
  /** `session`: taken from an ONNX Runtime session, entries are named by tensor and no module is known. */
  readonly granularity: 'module' | 'op' | 'session';
  readonly environment: RecordingEnvironment;
  readonly modules: readonly RecordedModule[];
  readonly parameters: readonly RecordedParameter[];
  /** What the program said of itself when the recording began. Without a prototype: any name may be looked up. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** How the model was exported in the same call; undefined where it was recorded apart from an export. */
  readonly exported: RecordedExport | undefined;
}

export interface RecordedExport {
  /** `torchscript` or `dynamo`. */
  readonly exporter: string;
  /** Undefined where it was left to the exporter. */
  readonly opset: number | undefined;
  /** Keyword arguments of the export; what is no plain value (`dynamic_axes`) stands as true. Without a prototype. */
  readonly flags: Readonly<Record<string, SettingValue>>;
}

export interface RecordingEnvironment {
  readonly torch: string;
  readonly python: string;
  readonly device: string;
  readonly modelDtype: string;
  readonly training: boolean;
  readonly deterministic: boolean;
  /** In use: on, and on a device that has it. */
  readonly tf32: boolean;
  readonly autocast: boolean;
  readonly attention: string;
  readonly precision: 'exact' | 'keep';
  /** What the recorder switched for the recording and restored after, in words. */
  readonly changed: readonly string[];
  /** Of the libraries that the program had imported, by the name they are imported by. Without a prototype. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface RecordedModule {
  readonly path: string;
  /** Other paths under which the same (shared) module hangs in the tree; empty in dumps that do not tell. */
  readonly aliases?: readonly string[];
  readonly className: string;
  readonly extraRepr: string;
  readonly training: boolean;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly parameters: readonly string[];
}

export interface RecordedParameter {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  readonly isBuffer: boolean;
  /** NaN where the recorded statistic was not finite. */
  readonly stats: { readonly min: number; readonly max: number; readonly mean: number; readonly std: number };
  /** SHA-256, lower-case hex, of the little-endian bytes: as stored, last two axes swapped, and each rounded. */
  readonly digests: Readonly<Record<DigestForm, string | undefined>>;
  /** Present with weights="full". */
  readonly values: DumpEntry | undefined;
}

export type DigestForm =
  'stored' | 'transposed' | 'float16' | 'float16Transposed' | 'bfloat16' | 'bfloat16Transposed';
