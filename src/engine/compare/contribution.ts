import { isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import type { Site, SiteContribution } from '../../shared/report.ts';
import type { JudgedTensor } from '../diagnose/index.ts';
import { downstreamOf, randomNodes } from '../graph/index.ts';
import type { Lane } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, sameDims } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import type { Correct } from './correction.ts';
import { correction } from './correction.ts';
import { referenceValue } from './reference-value.ts';
import { replay, replayed } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

/** What a site adds to a graph output. */
export interface Effect extends SiteContribution {
  /** Largest change of the output when what the site adds is taken away, relative to the output's scale. */
  readonly moved: number;
}

/**
 * For each site what would become of the graph outputs if just what is added there were taken away: in the free run its
 * tensor T becomes T − (T_fed − r), inherited error stays. One run with one lane a site; a lane runs only what lies
 * downstream.
 * @returns site tensor → effect on each output that it reaches. Sites whose tensor cannot be subtracted are left out.
 */
export async function effectsOf(
  context: CompareContext,
  run: SampleRun,
  sites: readonly Site[],
  judged: ReadonlyMap<string, JudgedTensor>,
): Promise<Map<string, Effect[]>> {
  const effects = new Map<string, Effect[]>();
  const names = sites.map((site) => site.tensor).filter((name) => run.free.has(name));
  const corrections = await correctionsOf(context, run, names);
  const corrected = [...corrections.keys()];
  if (corrected.length === 0) return effects;
  for (const name of corrected) effects.set(name, []);
  const outputs = new Map(
    context.graph.outputs.map((name) => [name, referenceOf(context, run, name)] as const),
  );
  const measure = (site: string, output: string, tensor: Tensor, own: Tensor): void => {
    const reference = outputs.get(output);
    if (reference !== undefined)
      effects.get(site)?.push(effectOn(context, run, output, { tensor, own, reference }, judged));
  };
  const lanes = corrected.map((site): Lane => {
    const correct = corrections.get(site);
    return {
      replace: (kind, name, tensor) =>
        kind === 'carried' && name === site && correct !== undefined ? correct(tensor) : undefined,
    };
  });
  await replay(context, run, {
    mode: 'free',
    tensors: new Set(context.graph.outputs.filter((name) => outputs.get(name) !== undefined)),
    lanes,
    cutAfter: new Set(corrected.flatMap((name) => context.graph.tensors.get(name)?.producer ?? [])),
    onTensor: (name, tensor) => {
      const changed = corrections.get(name)?.(tensor);
      if (changed !== undefined) measure(name, name, changed, tensor);
    },
    onLane: (lane, name, tensor, own) => {
      const site = corrected[lane];
      if (site !== undefined && site !== name) measure(site, name, tensor, own);
    },
  });
  return effects;
}

async function correctionsOf(
  context: CompareContext,
  run: SampleRun,
  names: readonly string[],
): Promise<Map<string, Correct>> {
  const fed = await replayed(context, run, { mode: 'fed', tensors: new Set(names) });
  const corrections = new Map<string, Correct>();
  for (const [name, value] of fed) {
    const reference = referenceOf(context, run, name, value);
    const correct = reference === undefined ? undefined : correction(value, reference);
    if (correct !== undefined) corrections.set(name, correct);
  }
  return corrections;
}

/** In the candidate's dtype and layout. */
function referenceOf(
  context: CompareContext,
  run: SampleRun,
  name: string,
  like: Pick<Tensor, 'dtype' | 'dims'> | undefined = run.free.get(name)?.type,
): Tensor | undefined {
  if (like === undefined) return undefined;
  const reference = referenceValue(context, run, name, like.dims);
  return reference === undefined ? undefined : castTensor(reference, like.dtype).tensor;
}

function effectOn(
  context: CompareContext,
  run: SampleRun,
  output: string,
  { tensor, own, reference }: Readonly<Record<'tensor' | 'own' | 'reference', Tensor>>,
  judged: ReadonlyMap<string, JudgedTensor>,
): Effect {
  const before = run.free.get(output)?.comparison;
  const { dtype, dims } = own;
  const isRandom = downstreamOf(context.graph, randomNodes(context.graph)).has(output);
  if (isRandom || before === undefined || !isComparableDtype(dtype) || !sameDims(tensor.dims, dims))
    return { output, share: undefined, moved: Infinity };
  const compare = (a: Tensor, b: Tensor): typeof before =>
    context.comparer.compare({ dtype, bytes: a.bytes }, { dtype, bytes: b.bytes }, { dims, atol: 0, rtol: 0 })
      .comparison;
  const after = compare(tensor, reference);
  const change = compare(tensor, own);
  const isFloat = isFloatDtype(dtype);
  const size = (one: typeof before): number => (isFloat ? one.relativeL2 : one.unequal);
  const isFinite = before.nonFiniteMismatch === 0 && after.nonFiniteMismatch === 0;
  const scale = judged.get(output)?.judgement.scale ?? Math.max(before.reference.maxAbs, Number.MIN_VALUE);
  return {
    output,
    share: isFinite && size(before) > 0 ? 1 - size(after) / size(before) : undefined,
    // Where another fault leaves nothing finite, nothing can be said of this one.
    moved:
      before.nonFiniteMismatch > 0 || change.nonFiniteMismatch > 0
        ? Infinity
        : isFloat
          ? change.maxAbs / scale
          : change.unequal,
  };
}
