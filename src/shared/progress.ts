import type { WireError } from './errors.ts';
import type { ProbeRequest, TensorProbe } from './probe.ts';
import type { Report, TensorRow } from './report.ts';
import type { StagePictures } from './stage-pictures.ts';

/** What the owner of an engine process tells it: one comparison, then as many looks inside its tensors as it likes. */
export type EngineOrder =
  | { readonly type: 'compare'; readonly options: CompareOptions }
  | { readonly type: 'probe'; readonly id: number; readonly request: ProbeRequest }
  | { readonly type: 'pictures'; readonly id: number; readonly sample: number };

/** What the engine process says while it works. */
export type EngineEvent =
  | {
      readonly type: 'stage';
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
      readonly node: string;
    }
  /** A tensor is finished: kept by the owner, so that nothing is lost when the engine dies. */
  | { readonly type: 'row'; readonly row: TensorRow }
  | { readonly type: 'done'; readonly report: Report }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'probed'; readonly id: number; readonly probe: TensorProbe }
  | { readonly type: 'pictured'; readonly id: number; readonly pictures: StagePictures }
  /** Of either. */
  | { readonly type: 'probe-failed'; readonly id: number; readonly error: WireError };

export const STAGES = [
  'open',
  'inputs',
  'weights',
  'match',
  'free-run',
  'value-check',
  'fed-run',
  'observer',
  'noise',
  'causes',
  'outputs',
  'diagnose',
] as const;
export type Stage = (typeof STAGES)[number];

export interface CompareOptions {
  /** Absolute paths, for the engine's own use. */
  readonly candidate: string;
  readonly reference: string;
  /** Names for messages, commands to paste and reports: as typed, or the base name of an absolute path. */
  readonly shown: { readonly candidate: string; readonly reference: string };
  /** `NAME=FILE` or a file or folder. */
  readonly inputs: readonly string[];
  /** The original picture that both pipelines were given. */
  readonly image: string | undefined;
  /** `INPUT==VALUE`: positions that are left out. */
  readonly ignoreWhere: string | undefined;
  /** What the outputs are (docs/heads.md). */
  readonly head: string | undefined;
  readonly deployed: string | undefined;
  readonly map: string | undefined;
  readonly include: string | undefined;
  readonly exclude: string | undefined;
  /** undefined: all. */
  readonly sample: number | undefined;
  readonly optimization: 'disabled' | 'basic' | 'extended' | 'all';
  readonly provider: string;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly atol: number | undefined;
  readonly rtol: number | undefined;
  readonly minCoverage: number;
  /** The command as typed, paths shortened to base names. */
  readonly command: string;
}
