import { isComparableDtype } from '../../shared/dtype.ts';
import { fitDims } from '../match/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { permuteTensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { readEntry } from './read-entry.ts';
import type { SampleRun } from './sample-run.ts';

/**
 * What was recorded for a tensor, brought to the candidate's layout and shape, in the dtype in which it was recorded.
 * Undefined where nothing stands for the tensor or the two cannot be laid over each other.
 */
export function referenceValue(
  context: CompareContext,
  run: SampleRun,
  name: string,
  dims: readonly number[],
): Tensor | undefined {
  const pair = run.paired.get(name)?.primary;
  if (pair === undefined || !isComparableDtype(pair.entry.dtype)) return undefined;
  if (fitDims(dims, pair.entry.dims) === undefined) return undefined;
  const entry = readEntry(context.dump, pair.entry);
  const moved = pair.transform.kind === 'permutation' ? permuteTensor(entry, pair.transform.axes) : entry;
  return { ...moved, dims };
}
