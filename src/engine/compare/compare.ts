import { cpus } from 'node:os';
import { errorToWire, isLayerdiffError, LayerdiffError } from '../../shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../../shared/probe.ts';
import type { StagePictures } from '../../shared/stage-pictures.ts';
import type { CompareOptions, EngineEvent } from '../../shared/progress.ts';
import type { Report, WeightsSummary } from '../../shared/report.ts';
import type { Dump, DumpSample } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { checkExternalData, openModel } from '../onnx/index.ts';
import { stage, timed } from './context.ts';
import { judgeSample, weightsOf } from './judge-sample.ts';
import type { JudgedSample } from './judge-sample.ts';
import { observerOf, untouchedRun } from './observe.ts';
import { contextOf, withModel } from './open-context.ts';
import { promptStage } from './prompt-stage.ts';
import { checkStages } from './check-stages.ts';
import { assembleReport } from './report.ts';
import { withPasses } from './runtime-effects.ts';
import { probe } from './probe.ts';
import type { SampleRun } from './sample-run.ts';
import { stagePictures } from './stage-pictures.ts';
import { runSample } from './sample-run.ts';
import type { SideThread } from './side-thread.ts';
import { stagesOfSamples } from './stages-of-samples.ts';
import { stampOf, stampOfBytes } from './stamp.ts';

/** A finished comparison that can still be looked into. */
export interface Comparison {
  readonly report: Report;
  /** See `probe.ts`. */
  readonly probe: (request: ProbeRequest) => Promise<TensorProbe>;
  /** What a sample was fed, to be looked at. */
  readonly pictures: (sample: number) => StagePictures;
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
  checkStages(options, original);
  const dump = await timed({ timings }, 'open', () => openDump(options.reference));
  const opened = [() => dump.close()];
  const close = (): void => {
    for (const one of opened) one();
  };
  try {
    const samples = samplesOf(options, dump);
    const [firstSample] = samples as [DumpSample];
    const given = contextOf(options, { original, dump, side, timings, emit });
    const prompts = await timed(given, 'prompts', () => promptStage(given, firstSample));
    opened.push(prompts.close);
    const context = await withModel(given, prompts);
    const { comparer, model, graph } = context;
    side?.useModel(model, graph, context.carryLimit, comparer.room.length);
    stage(context, 'observer', 0, 1);
    const level = 'all';
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
    const stages = await stagesOfSamples(context, judged);
    const seen = observerOf(context, level, await untouched, first.run.outputs, stages.deployed);
    const observer = await timed(context, 'observer', () => withPasses(context, seen, firstSample, first));
    stage(context, 'diagnose', 0, 1);
    timings['total'] = performance.now() - started;
    const report = assembleReport({
      context,
      original,
      judged,
      observer,
      stages,
      stamps,
      timings,
      cpu: cpus()[0]?.model ?? 'unknown',
    });
    const runOf = (sample: number): SampleRun => {
      const run = runs.get(sample);
      if (run === undefined) throw new LayerdiffError('bad-request', `has no sample ${sample}`);
      return run;
    };
    return {
      report,
      probe: (request) => probe(context, runOf(request.sample), request),
      pictures: (sample) => stagePictures(context, runOf(sample)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function samplesOf(options: CompareOptions, dump: Dump): readonly DumpSample[] {
  const samples =
    options.sample === undefined
      ? dump.samples
      : dump.samples.filter((sample) => sample.index === options.sample);
  if (samples.length > 0) return samples;
  throw new LayerdiffError('bad-request', `has no sample ${options.sample ?? 0}`, {
    file: options.reference,
    wayOut: `it has ${dump.samples.length}, counted from 0`,
  });
}

/** Fails before anything runs, with the tensor's name, instead of somewhere inside the runtime. */
function checkAllExternalData(model: OnnxModel): void {
  for (const tensor of model.graph.initializers) {
    if (tensor.data.kind === 'external') checkExternalData(model, tensor, tensor.data);
  }
}
