import { afterLastNode } from './after-last-node.ts';
import type { AfterLastNode } from './after-last-node.ts';
import { asDeployed, isDifferent } from './as-deployed.ts';
import type { CompareContext } from './context.ts';
import { stage, timed } from './context.ts';
import type { ExplainedInputs } from './input-stage.ts';
import { explainInputs } from './input-stage.ts';
import type { JudgedSample } from './judge-sample.ts';
import type { Outputs } from './observe.ts';
import { headTexts } from './output-texts.ts';

/** Before the first node and after the last one, over all samples. */
export interface StagesOfSamples {
  /** Of the first sample whose inputs differ, else of the first. */
  readonly inputs: ExplainedInputs;
  /** Of the first sample whose heads decide, else of the first that differs at all, else of the first. */
  readonly after: AfterLastNode;
  /** The candidate as it is deployed, on the first sample. */
  readonly deployed: Outputs | string | undefined;
  /** Per sample what is otherwise after the last node, in words. */
  readonly heads: ReadonlyMap<number, readonly string[]>;
}

/**
 * Every sample has its own photo and its own detections: each is looked at, and the first that is otherwise is told in
 * full. One explanation is asked for, as it takes as long as a run.
 */
export async function stagesOfSamples(
  context: CompareContext,
  judged: readonly JudgedSample[],
): Promise<StagesOfSamples> {
  const [first] = judged as [JudgedSample];
  const other = judged.find(({ run }) => run.inputs.some(isDifferent)) ?? first;
  stage(context, 'inputs', 0, 1);
  const deployed = new Map<JudgedSample, Outputs | string | undefined>();
  for (const sample of judged)
    deployed.set(sample, await timed(context, 'inputs', () => asDeployed(context, sample.run.inputs)));
  const inputs = await timed(context, 'inputs', () => explainInputs(context, other.run, deployed.get(other)));
  stage(context, 'outputs', 0, 1);
  const after: (AfterLastNode & { readonly texts: readonly string[] })[] = [];
  for (const sample of judged) {
    const told = await timed(context, 'outputs', () =>
      afterLastNode(context, sample.run, deployed.get(sample)),
    );
    after.push({ ...told, texts: headTexts(told.outputStage) });
  }
  const shown =
    after.find(({ texts }) => texts.length > 0) ??
    after.find(({ outputStage }) => outputStage.heads.some(({ state }) => state === 'differs')) ??
    after[0];
  if (shown === undefined) throw new TypeError('no sample was judged');
  return {
    inputs,
    after: shown,
    deployed: deployed.get(first),
    heads: new Map(after.map(({ outputStage, texts }) => [outputStage.sample, texts])),
  };
}

/** Samples of which something holds: empty where it holds of all of them, which goes without saying. */
export function someSamples(
  judged: readonly JudgedSample[],
  holds: (sample: JudgedSample) => boolean,
): readonly number[] {
  const which = judged.filter(holds);
  return which.length === judged.length ? [] : which.map(({ run }) => run.sample.index);
}
