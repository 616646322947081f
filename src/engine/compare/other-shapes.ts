import { formatShape } from '../../shared/format.ts';
import type { CompareContext } from './context.ts';
import { outputEntries } from './prompt-evidence.ts';
import type { SampleRun } from './sample-run.ts';

/** Graph outputs that are recorded, in a shape to which the candidate's cannot be brought. */
export function otherShapes(
  { graph }: Pick<CompareContext, 'graph'>,
  { sample, free }: Pick<SampleRun, 'sample' | 'free'>,
  lost: readonly string[],
): string[] {
  const recorded = outputEntries(graph, sample);
  return lost.flatMap((name) => {
    const [own, theirs] = [free.get(name)?.type.dims, recorded.get(name)?.dims];
    return own === undefined || theirs === undefined || own.join() === theirs.join()
      ? []
      : [`${name} ${formatShape(own)} where PyTorch gives ${formatShape(theirs)}`];
  });
}
