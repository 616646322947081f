import type { Measured } from '../diagnose/index.ts';
import type { NameMatch, PairedTensor } from '../match/index.ts';
import { pairedTensors } from '../match/index.ts';
import type { CompareContext } from './context.ts';
import type { FedRun, FedRunResult } from './fed-run.ts';
import type { ReplayedRun } from './replay.ts';
import { replay, unlessRefused } from './replay.ts';
import { checkByValue, isAtNoiseLevel } from './value-check.ts';

/** At most: a pair that is set right lets the values behind it be seen as they are. */
const ROUNDS = 3;

export interface FedMatchRequest {
  readonly run: Pick<ReplayedRun, 'sample' | 'facts' | 'inputs'>;
  readonly fedRun: FedRun;
  /** Pairs as the free run left them. */
  readonly match: NameMatch;
  /** What the free run measured; of tensors whose pairs change it is measured anew. */
  readonly free: Map<string, Measured>;
  /** The free run once more for some tensors. */
  readonly remeasured: (
    paired: ReadonlyMap<string, PairedTensor>,
    wants: (tensor: string) => boolean,
  ) => Promise<ReadonlyMap<string, Measured>>;
}

/**
 * The fed run, and rule 7 again on what it shows: behind a fault the free run's values are all off and say nothing of
 * pairs, while values computed from recorded ones do.
 */
export async function matchWhenFed(
  context: CompareContext,
  request: FedMatchRequest,
): Promise<{ readonly match: NameMatch; readonly fed: FedRunResult }> {
  const { run, fedRun, free, remeasured } = request;
  let { match } = request;
  let fed = await fedRun.finish(match, free);
  for (let round = 0; round < ROUNDS && free.size > 0; round += 1) {
    const { measured, isFed, edges } = fed;
    const isAllRight = [...measured.values()].every(
      ({ comparison }) => comparison === undefined || isAtNoiseLevel(comparison),
    );
    if (isAllRight) break;
    const known = match;
    const checked = await unlessRefused(
      () =>
        checkByValue(context, run.sample, known, new Map(measured), async (_, wants, onTensor) => {
          const tensors = new Set([...measured.keys()].filter(wants));
          await replay(context, { ...run, isFed, edges }, { mode: 'fed', tensors, onTensor });
          return new Map();
        }),
      known,
    );
    const touched = tensorsChanged(known, checked);
    if (touched.size === 0) break;
    match = checked;
    for (const [name, one] of await remeasured(pairedTensors(match), (name) => touched.has(name)))
      free.set(name, one);
    fed = await fedRun.finish(match, free);
  }
  return { match, fed };
}

/** Tensors that stand for another entry than before, or for none. */
function tensorsChanged(before: NameMatch, after: NameMatch): ReadonlySet<string> {
  const had = new Set(before.pairs);
  const has = new Set(after.pairs);
  return new Set(
    [...before.pairs.filter((pair) => !has.has(pair)), ...after.pairs.filter((pair) => !had.has(pair))].map(
      (pair) => pair.tensor,
    ),
  );
}
