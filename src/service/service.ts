import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ViewedModel } from '../engine/index.ts';
import { inspectDump, readReport, TOOL_VERSION, viewModel } from '../engine/index.ts';
import type { Channel } from '../shared/channel.ts';
import type { EngineApi, Hello, WindowApi } from '../shared/contract.ts';
import { PROTOCOL } from '../shared/contract.ts';
import { LayerdiffError } from '../shared/errors.ts';
import type { StartEngineProcess } from './engine-job.ts';
import { exportText } from './export-text.ts';
import type { Jail } from './files.ts';
import { listFolder } from './files.ts';
import { Jobs } from './jobs.ts';
import { DEMO_FOLDER, resource } from './resources.ts';
import type { Promised, WindowLink } from './rpc.ts';
import { serveWindow } from './rpc.ts';

export interface ServiceSettings {
  readonly jail: Jail;
  readonly startEngine: StartEngineProcess;
}

export type Launch = Pick<Hello, 'candidate' | 'reference' | 'report' | 'stages'>;

/** Answers windows. Models are opened once for all of them; each window has jobs of its own. */
export class Service {
  readonly #settings: ServiceSettings;
  /** The last few models looked at, by path, size and time of change. */
  readonly #models = new Map<string, ViewedModel>();
  readonly #jobs = new Set<Jobs>();

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
  }

  /** Serves one window until its channel closes (`close` of the link). */
  connect(channel: Channel, launch: Launch): WindowLink {
    let jobs: Jobs | undefined;
    const link = serveWindow(channel, (window) => {
      jobs = new Jobs(this.#settings.startEngine, window);
      this.#jobs.add(jobs);
      return this.#api(window, jobs, launch);
    });
    return {
      window: link.window,
      close: () => {
        if (jobs !== undefined) {
          jobs.close();
          this.#jobs.delete(jobs);
        }
        link.close();
      },
    };
  }

  /** Ends every run. */
  close(): void {
    for (const jobs of this.#jobs) jobs.close();
  }

  #api(_window: WindowApi, jobs: Jobs, launch: Launch): Promised<EngineApi> {
    const { jail } = this.#settings;
    return {
      hello: (protocol) => {
        if (protocol !== PROTOCOL)
          throw new LayerdiffError('bad-request', 'the page is of another version than the service', {
            wayOut: 'reload the page',
          });
        return hello(jail, launch);
      },
      browse: (path) => listFolder(jail, path),
      openModel: async (path) => (await this.#model(path)).view,
      openReference: (path) => referenceView(jail.resolve(path)),
      openReport: async (path) => {
        const file = jail.resolve(path);
        return jobs.keepReport(await readReport(readText(file), file));
      },
      node: async (model, node) => (await this.#model(model)).node(node),
      compare: (request) => {
        // Before anything is put aside: a refusal leaves nothing behind.
        const files = {
          candidate: jail.resolve(request.candidate),
          reference: jail.resolve(request.reference),
          inputs: request.inputs.map((input) => jailedInput(jail, input)),
          image: request.image === undefined ? undefined : jail.resolve(request.image),
          deployed: request.deployed === undefined ? undefined : jail.resolve(request.deployed),
        };
        const scratch = request.map === undefined ? undefined : mkdtempSync(join(tmpdir(), 'layerdiff-map-'));
        const map = scratch === undefined ? undefined : join(scratch, 'map.json');
        if (map !== undefined) writeFileSync(map, request.map ?? '');
        const clean = (): void => {
          if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
        };
        return jobs.start(
          {
            ...request,
            ...files,
            shown: { candidate: basename(request.candidate), reference: basename(request.reference) },
            map,
            include: undefined,
            exclude: undefined,
            minCoverage: 0.8,
            command: `layerdiff compare ${basename(request.candidate)} ${basename(request.reference)}`,
          },
          clean,
        );
      },
      cancel: (job) => jobs.cancel(job),
      acknowledge: (job, batch) => jobs.acknowledge(job, batch),
      probe: (job, request) => jobs.probe(job, request),
      pictures: (job, sample) => jobs.pictures(job, sample),
      exportText: (job, format) => exportText(jobs.report(job), format),
      recorder: () => readText(resource('recorder/layerdiff_recorder.py')),
    };
  }

  async #model(path: string): Promise<ViewedModel> {
    const file = this.#settings.jail.resolve(path);
    const { size, mtimeMs } = statSync(file);
    const key = `${file} ${size} ${mtimeMs}`;
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const opened = await viewModel(file);
    this.#models.set(key, opened);
    const [oldest] = this.#models.keys();
    if (this.#models.size > MOST_MODELS && oldest !== undefined) this.#models.delete(oldest);
    return opened;
  }
}

const MOST_MODELS = 3;

function hello(jail: Jail, launch: Launch): Hello {
  return {
    protocol: PROTOCOL,
    tool: `layerdiff ${TOOL_VERSION}`,
    ...launch,
    demo: {
      faulty: join(DEMO_FOLDER, 'faulty.onnx'),
      healthy: join(DEMO_FOLDER, 'healthy.onnx'),
      reference: join(DEMO_FOLDER, 'dump'),
    },
    root: jail.root,
    cpus: availableParallelism(),
  };
}

async function referenceView(path: string): Promise<ReturnType<EngineApi['openReference']>> {
  const dump = await inspectDump(path);
  return {
    path,
    name: dump.name,
    format: dump.format,
    samples: dump.samples.length,
    entries: dump.samples.reduce((sum, sample) => sum + sample.entries.length, 0),
    torch: dump.torch,
  };
}

/** `NAME=FILE` or a path. */
function jailedInput(jail: Jail, input: string): string {
  const equals = input.indexOf('=');
  return equals > 0
    ? `${input.slice(0, equals)}=${jail.resolve(input.slice(equals + 1))}`
    : jail.resolve(input);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new LayerdiffError('bad-file', 'cannot be read', { file });
  }
}
