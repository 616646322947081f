import type { Dump, Recording } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';

const WEIGHTED = /Conv|Linear/;
const BATCH_NORM = /BatchNorm/;

/**
 * Modules into which a BatchNorm may have been folded without matching having seen it, because a recording of some
 * modules only has no output of theirs: a convolution or linear layer, and as the next module with running statistics
 * one of the same number of channels that the graph has nothing of. Their weights cannot be checked.
 */
export function unrecordedFolds(dump: Dump, graph: Graph): ReadonlySet<string> {
  const { recording } = dump;
  const found = new Set<string>();
  if (recording === undefined) return found;
  const recorded = new Set(
    dump.samples.flatMap(({ entries }) =>
      entries.filter(({ role }) => role === 'output').map(({ path }) => path),
    ),
  );
  const names = [...graph.initializers.keys()];
  let weighted: string | undefined;
  for (const { path, className } of recording.modules) {
    if (BATCH_NORM.test(className)) {
      const isLost = !names.some(
        (name) => name === `${path}.running_mean` || name.endsWith(`.${path}.running_mean`),
      );
      const fits = weighted !== undefined && sharesChannels(recording, weighted, path);
      if (weighted !== undefined && fits && isLost && !recorded.has(weighted)) found.add(weighted);
      weighted = undefined;
    } else if (WEIGHTED.test(className)) {
      weighted = path;
    }
  }
  return found;
}

/** Channels lead in the weights of Conv and Linear and come second in those of ConvTranspose. */
function sharesChannels({ parameters }: Recording, weighted: string, norm: string): boolean {
  const dimsOf = (name: string): readonly number[] => parameters.find((one) => one.name === name)?.dims ?? [];
  const channels = dimsOf(`${norm}.running_mean`)[0];
  return channels !== undefined && dimsOf(`${weighted}.weight`).slice(0, 2).includes(channels);
}
