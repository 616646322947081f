import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { errorToWire, isLayerdiffError, LayerdiffError } from '../../shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../../shared/probe.ts';
import type { CompareOptions, EngineEvent } from '../../shared/progress.ts';
import type { Report, WeightsSummary } from '../../shared/report.ts';
import type { DumpSample } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import { indexGraph } from '../graph/index.ts';
import type { MapFile } from '../match/index.ts';
import { parseMapFile } from '../match/index.ts';
import { createComparer } from '../metric/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { checkExternalData, openModel } from '../onnx/index.ts';
import { Arena } from '../run/index.ts';
import type { CompareContext } from './context.ts';
import { stage, timed } from './context.ts';
import { judgeSample, weightsOf } from './judge-sample.ts';
import type { JudgedSample } from './judge-sample.ts';
import { knownValues, weightOf } from './known-values.ts';
import { observerOf, untouchedRun } from './observe.ts';
import { optimizedModel } from './optimized-model.ts';
import { assembleReport } from './report.ts';
import { withPasses } from './runtime-effects.ts';
import { probe } from './probe.ts';
import { arenaBytesFor, segmentBudget } from './plan-for.ts';
import type { SampleRun } from './sample-run.ts';
import { runSample } from './sample-run.ts';
import { selection } from './selection.ts';
import type { SideThread } from './side-thread.ts';
import { stampOf, stampOfBytes } from './stamp.ts';

/** TF32 keeps ten bits of a float32's mantissa (NVIDIA Ampere architecture white paper); ε as in design section 4. */
const TF32_EPSILON = 2 ** -11;

/** A finished comparison that can still be looked into. */
export interface Comparison {
  readonly report: Report;
  /** See `probe.ts`. */
  readonly probe: (request: ProbeRequest) => Promise<TensorProbe>;
  /** Lets go of the files. */
  readonly close: () => void;
}

/**
 * The whole comparison: open, run, judge, report. Emits progress and finished rows as it goes.
 * The working directory must be the model's folder when the model has external data (the runtime resolves it there).
 * @param side a second thread to share the work with.
 * @throws LayerdiffError for everything that is the input's fault.
 */
export async function compare(
  options: CompareOptions,
  emit: (event: EngineEvent) => void,
  side?: SideThread,
): Promise<Comparison> {
  try {
    return await compareFiles(options, emit, side);
  } catch (error) {
    // What the runtime says names no file; every refusal does.
    if (!isLayerdiffError(error) || error.file !== undefined || error.tag !== 'runtime') throw error;
    throw new LayerdiffError(error.tag, error.message, { ...errorToWire(error), file: options.candidate });
  }
}

async function compareFiles(
  options: CompareOptions,
  emit: (event: EngineEvent) => void,
  side: SideThread | undefined,
): Promise<Comparison> {
  const started = performance.now();
  const timings: Record<string, number> = {};
  emit({ type: 'stage', stage: 'open', done: 0, total: 1, node: '' });
  const original = await timed({ timings }, 'open', () => openModel(options.candidate));
  checkAllExternalData(original);
  // What is asked for must be there before hours of work, not after them.
  if (options.deployed !== undefined) openDump(options.deployed).close();
  const model =
    options.optimization === 'disabled'
      ? original
      : await optimizedModel(original, {
          level: options.optimization,
          provider: options.provider,
          threads: options.threads,
        });
  const dump = await timed({ timings }, 'open', () => openDump(options.reference));
  try {
    const comparer = createComparer(arenaBytesFor(segmentBudget(options.memoryBytes)));
    const graph = indexGraph(model);
    const context: CompareContext = {
      options,
      model,
      graph,
      original: { model: original, graph: model === original ? graph : indexGraph(original) },
      dump,
      map: options.map === undefined ? undefined : readMapFile(options.map),
      settings: { level: 'disabled', provider: options.provider, threads: options.threads },
      comparer,
      arena: new Arena(comparer.room),
      carryLimit: options.memoryBytes * 0.2,
      side,
      coarsest: dump.recording?.environment.tf32 === true ? TF32_EPSILON : 0,
      weight: knownValues(comparer, (name) => weightOf(model, graph, name)),
      plans: new Map(),
      timings,
      emit,
      selects: selection(options.include, options.exclude),
    };
    const samples =
      options.sample === undefined
        ? dump.samples
        : dump.samples.filter((sample) => sample.index === options.sample);
    if (samples.length === 0) {
      throw new LayerdiffError('bad-request', `has no sample ${options.sample ?? 0}`, {
        file: options.reference,
        wayOut: `it has ${dump.samples.length}, counted from 0`,
      });
    }
    side?.useModel(model, graph, context.carryLimit, comparer.room.length);
    stage(context, 'observer', 0, 1);
    const level = 'all';
    const [firstSample] = samples as [DumpSample];
    const untouched = timed(context, 'observer', () => untouchedRun(context, firstSample, level));
    // Without a second thread first, while nothing else is in memory: the untouched model holds all its weights at once.
    if (side === undefined) await untouched;
    // Nobody waits for it when a run fails.
    untouched.catch(() => undefined);
    // While the second thread runs the untouched model.
    const stamps = {
      candidate: stampOfBytes(options.candidate, original.bytes),
      reference: stampOf(options.reference),
    };
    const judged: JudgedSample[] = [];
    const runs = new Map<number, SampleRun>();
    let weights: WeightsSummary | undefined;
    for (const sample of samples) {
      const run = await timed(context, 'run', () => runSample(context, sample));
      runs.set(sample.index, run);
      weights ??= await timed(context, 'weights', () => weightsOf(context, run));
      const known = weights;
      const one = await judgeSample(context, run, known);
      judged.push(one);
      // Those of the last sample come with the report.
      if (sample !== samples.at(-1)) for (const row of one.rows) emit({ type: 'row', row });
    }
    const [first] = judged as [JudgedSample];
    const seen = observerOf(context, level, await untouched, first.run.outputs);
    const observer = await timed(context, 'observer', () => withPasses(context, seen, firstSample, first));
    stage(context, 'diagnose', 0, 1);
    timings['total'] = performance.now() - started;
    const report = assembleReport({
      context,
      original,
      judged,
      observer,
      stamps,
      timings,
      cpu: cpus()[0]?.model ?? 'unknown',
    });
    return {
      report,
      probe: (request) => {
        const run = runs.get(request.sample);
        if (run === undefined) throw new LayerdiffError('bad-request', `has no sample ${request.sample}`);
        return probe(context, run, request);
      },
      close: () => dump.close(),
    };
  } catch (error) {
    dump.close();
    throw error;
  }
}

function readMapFile(path: string): MapFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new LayerdiffError('bad-request', 'cannot be read', { file: path, wayOut: 'check --map' });
  }
  return parseMapFile(text, path);
}

/** Fails before anything runs, with the tensor's name, instead of somewhere inside the runtime. */
function checkAllExternalData(model: OnnxModel): void {
  for (const tensor of model.graph.initializers) {
    if (tensor.data.kind === 'external') checkExternalData(model, tensor, tensor.data);
  }
}
