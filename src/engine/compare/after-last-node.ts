import type { HeadSettings, HeadSpec, OutputStage } from '../../shared/output-stage.ts';
import type { SideFact } from '../../shared/report.ts';
import type { Dump, DumpSample, StageRecord } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import type { FinalTensors, NamedTensor } from '../output-stage/index.ts';
import { outputStageOf, parseHead } from '../output-stage/index.ts';
import type { CompareContext } from './context.ts';
import type { Outputs } from './observe.ts';
import { readEntry } from './read-entry.ts';
import type { SampleRun } from './sample-run.ts';
import { sideFacts } from './sides.ts';

export interface AfterLastNode {
  readonly outputStage: OutputStage;
  readonly sides: readonly SideFact[];
}

/**
 * What both sides make of the outputs, and what they say of themselves. Where the deployed side recorded final
 * detections they are set against PyTorch's; the raw outputs beside them are those that they were made of.
 * @param deployed outputs of the candidate as it is deployed; undefined where that is what was run anyway.
 */
export function afterLastNode(
  context: CompareContext,
  run: SampleRun,
  deployed: Outputs | string | undefined,
): AfterLastNode {
  const { head } = context.options;
  const recording = deployedDump(context);
  try {
    const sample = deployedSample(recording, run.sample);
    const theirs = recording === undefined ? undefined : finalOf(recording, sample?.post);
    const outputs = theirs !== undefined && typeof deployed === 'object' ? deployed : run.outputs;
    const spec = head === undefined ? undefined : parseHead(head);
    const own = settingsOf(run.sample.post);
    const final = finalOf(context.dump, run.sample.post);
    const stated = settingsOf(sample?.post);
    const outputStage = outputStageOf({
      sample: run.sample.index,
      ...(spec === undefined ? {} : { heads: [spec] }),
      reference: {
        outputs: recordedOutputs(context, run),
        ...finalAs(final),
        settings: own,
      },
      candidate: {
        outputs: named(outputs),
        ...finalAs(theirs),
        settings: (final ?? theirs) === undefined ? { ...inherited(own, spec), ...stated } : stated,
      },
    });
    return {
      outputStage,
      sides: sideFacts(context.original.model, context.dump, recording),
    };
  } finally {
    recording?.close();
  }
}

/**
 * Without final detections of either side, those that PyTorch's settings make of the candidate's outputs: what the user
 * declares of a head goes before them.
 */
function inherited(settings: HeadSettings, spec: HeadSpec | undefined): HeadSettings {
  const declared = new Set([...Object.keys(spec?.settings ?? {}), ...Object.keys(spec?.candidate ?? {})]);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !declared.has(name)));
}

/** What the deployed side recorded of itself: with its outputs, else with its inputs. */
function deployedDump({ options }: CompareContext): Dump | undefined {
  const [given] = options.inputs.filter((argument) => !argument.includes('='));
  const path = options.deployed ?? given;
  return path === undefined ? undefined : openDump(path);
}

/** Of several samples the one of the same number; a single one stands for the first. */
function deployedSample(dump: Dump | undefined, { index }: DumpSample): DumpSample | undefined {
  return dump?.samples.length === 1 ? dump.samples[0] : dump?.samples[index];
}

function named(outputs: Outputs): NamedTensor[] {
  return [...outputs].map(([name, tensor]) => ({ ...tensor, name }));
}

/** What was recorded for each graph output, under the graph's name and in its shape where it has as many elements. */
function recordedOutputs({ graph, dump }: CompareContext, { paired }: SampleRun): NamedTensor[] {
  return graph.outputs.flatMap((name) => {
    const pair = paired.get(name)?.primary;
    return pair === undefined || pair.transform.kind === 'permutation'
      ? []
      : [{ ...readEntry(dump, pair.entry), name }];
  });
}

/** Final detections that a program recorded after its last node. */
function finalOf(dump: Dump, post: StageRecord | undefined): FinalTensors | undefined {
  const tensorOf = (name: string): ReturnType<typeof readEntry> | undefined => {
    const entry = post?.tensors.find(({ path }) => path === name);
    return entry === undefined ? undefined : readEntry(dump, entry);
  };
  const [boxes, scores, labels] = ['boxes', 'scores', 'labels'].map(tensorOf);
  if (boxes === undefined || scores === undefined) return undefined;
  return { boxes, scores, ...(labels === undefined ? {} : { labels }) };
}

function finalAs(final: FinalTensors | undefined): { readonly final?: FinalTensors } {
  return final === undefined ? {} : { final };
}

/** What was None says nothing. */
function settingsOf(post: StageRecord | undefined): HeadSettings {
  return Object.fromEntries(
    Object.entries(post?.settings ?? {}).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
