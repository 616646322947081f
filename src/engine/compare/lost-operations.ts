import { printable } from '../../shared/errors.ts';
import type { JudgedTensor } from '../diagnose/index.ts';
import type { SampleRun } from './sample-run.ts';

/** Operations that hand values on: exporters seldom write a node for them. */
const MOVING =
  /^(aten\.)?(_?to_copy|view|_unsafe_view|reshape|_reshape_alias|t|transpose|permute|expand|squeeze|unsqueeze|select|slice|split|split_with_sizes|chunk|contiguous|clone|detach|alias|lift_fresh|dropout|empty|scalar_tensor|copy_)\b/;

/** Names that are told. */
const TOLD = 3;

/**
 * Operations that PyTorch ran between the tensors that a stretch starts from and the one that it makes, and that no node
 * stands for; only an op-level recording knows them. In words, undefined where there are none.
 */
export function lostOperations(run: SampleRun, { name, stretch }: JudgedTensor): string | undefined {
  const { entries } = run.sample;
  const placeOf = (tensor: string): number =>
    entries.findIndex((entry) => entry.key === run.paired.get(tensor)?.primary.entry.key);
  const end = placeOf(name);
  const starts = stretch.boundary.map(placeOf).filter((place) => place >= 0 && place < end);
  if (end < 0 || starts.length === 0) return undefined;
  const placed = new Set([
    ...run.match.pairs.map((pair) => pair.entry.key),
    ...run.match.folded.map(({ entry }) => entry.key),
  ]);
  const lost = entries
    .slice(Math.max(...starts) + 1, end)
    .filter((entry) => entry.op !== undefined && !placed.has(entry.key) && !MOVING.test(entry.op));
  const names = [...new Set(lost.map((entry) => `${entry.op ?? ''} (${entry.key})`))];
  return names.length === 0
    ? undefined
    : printable(`PyTorch ran ${names.slice(0, TOLD).join(', ')} in between, and no node stands for it`);
}
