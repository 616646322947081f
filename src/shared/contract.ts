/**
 * The process boundary between a window and the service: what each side may call on the other. Both ends take their
 * types from here; `service/schema.ts` checks what arrives. Long work answers with a job's id at once and reports by
 * events, at most ten batches a second, and waits when three batches are not acknowledged.
 */
import type { WireError } from './errors.ts';
import type { ModelView, NodeDetail } from './model-view.ts';
import type { ProbeRequest, TensorProbe } from './probe.ts';
import type { Stage } from './progress.ts';
import type { Report, TensorRow } from './report.ts';
import type { StagePictures } from './stage-pictures.ts';

export const PROTOCOL = 1;

/** What the window calls. Over a channel every method returns a promise; refusals arrive as `WireError`. */
export interface EngineApi {
  /** @throws when the window speaks another protocol: it must be reloaded. */
  hello(protocol: number): Hello;
  browse(path: string): Listing;
  openModel(path: string): ModelView;
  openReference(path: string): ReferenceView;
  /** A finished REPORT.json, without model or dump. */
  openReport(path: string): Report;
  node(model: string, node: string): NodeDetail;
  /** Starts a comparison. The runner that did it stays for `probe` until another begins or the window goes. */
  compare(request: CompareRequest): string;
  cancel(job: string): void;
  acknowledge(job: string, batch: number): void;
  /** Looks inside a tensor of a finished comparison. */
  probe(job: string, request: ProbeRequest): TensorProbe;
  /** Pictures of what a finished comparison was fed. */
  pictures(job: string, sample: number): StagePictures;
  exportText(job: string, format: ExportFormat): string;
  recorder(): string;
}

/** What the service calls, one way. */
export interface WindowApi {
  jobEvents(job: string, batch: number, events: readonly JobEvent[]): void;
  /** Files that were given to the app from outside: a second instance, a file association, a drop on the icon. */
  openFiles(paths: readonly string[]): void;
}

export interface Hello {
  readonly protocol: number;
  readonly tool: string;
  /** What the command line named. */
  readonly candidate: string | undefined;
  readonly reference: string | undefined;
  readonly report: string | undefined;
  /** What lies before the first node and after the last one, as the command line named it. */
  readonly stages?: StageFiles;
  readonly demo: { readonly faulty: string; readonly healthy: string; readonly reference: string };
  /** Where the file picker begins, and what it cannot leave. */
  readonly root: string;
  readonly cpus: number;
}

/** Files and words about what is outside of the graph; paths are absolute. */
export type StageFiles = Pick<CompareRequest, 'inputs' | 'image' | 'ignoreWhere' | 'head' | 'deployed'>;

export interface Listing {
  readonly path: string;
  /** undefined at the root of the jail. */
  readonly parent: string | undefined;
  readonly entries: readonly ListingEntry[];
}

export interface ListingEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'model' | 'reference' | 'report' | 'other';
  readonly bytes: number;
}

export interface ReferenceView {
  readonly path: string;
  readonly name: string;
  readonly format: string;
  readonly samples: number;
  readonly entries: number;
  readonly torch: string | undefined;
}

export interface CompareRequest {
  readonly candidate: string;
  readonly reference: string;
  readonly inputs: readonly string[];
  readonly image: string | undefined;
  readonly ignoreWhere: string | undefined;
  readonly head: string | undefined;
  readonly deployed: string | undefined;
  /** Pairs made by hand (layerdiff.map/1), as text. */
  readonly map: string | undefined;
  readonly sample: number | undefined;
  readonly optimization: 'disabled' | 'basic' | 'extended' | 'all';
  readonly provider: string;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly atol: number | undefined;
  readonly rtol: number | undefined;
}

export type JobEvent =
  | {
      readonly type: 'stage';
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
      readonly node: string;
    }
  | { readonly type: 'rows'; readonly rows: readonly TensorRow[] }
  | { readonly type: 'done'; readonly report: Report }
  /** `engine-died` and `cancelled` leave the rows that arrived. */
  | { readonly type: 'failed'; readonly error: WireError };

export type ExportFormat = 'json' | 'csv' | 'markdown' | 'map';
