import type { Site } from '../../shared/report.ts';
import type { CompareContext } from './context.ts';
import type { JudgedSample } from './judge-sample.ts';

/**
 * Sites that are what another prompt looks like: their nodes read what comes from a prompt that could not be replaced by
 * PyTorch's, and no recorded value of the same shape lies between.
 */
export function isBehindPrompt(context: CompareContext, { run }: JudgedSample): (site: Site) => boolean {
  const carried = new Set(
    context.prompts.flatMap(({ tensor, refused, unreplaced }) => [
      ...unreplaced,
      ...(refused === undefined ? [] : [tensor]),
    ]),
  );
  if (carried.size === 0) return () => false;
  const behind = new Set<string>();
  for (const node of context.graph.nodes) {
    const reads = [...node.inputs, ...node.captured];
    if (!reads.some((name) => carried.has(name) && !run.isFed(node.index, name))) continue;
    behind.add(node.name);
    for (const name of node.outputs) carried.add(name);
  }
  return ({ nodes }) => nodes.some((name) => behind.has(name));
}
