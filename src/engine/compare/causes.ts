import type { Site } from '../../shared/report.ts';
import { explain } from '../cause/index.ts';
import type { Evidence, JudgedTensor } from '../diagnose/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import type { Tried } from './experiments.ts';
import { experimentAt } from './experiments.ts';
import type { SampleRun } from './sample-run.ts';
import { structureAt } from './site-structure.ts';

/** Sites that are looked into: those furthest above their tolerance. */
const EXPLAINED = 4;

/** The likely cause of each of the top sites, tried out where that can be done; experiments also narrow a stretch down. */
export async function withCauses(
  context: CompareContext,
  run: SampleRun,
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  sites: readonly Site[],
): Promise<Site[]> {
  const top = new Set([...sites].sort((a, b) => b.excess - a.excess).slice(0, EXPLAINED));
  const explained: Site[] = [];
  for (const site of sites) {
    const tensor = judged.get(site.tensor);
    const isExplained = top.has(site) && tensor !== undefined && site.kind !== 'missing-operation';
    if (isExplained) stage(context, 'causes', explained.length, sites.length, site.node ?? site.tensor);
    explained.push(isExplained ? await explainedSite(context, run, evidence, tensor, site) : site);
  }
  return explained;
}

async function explainedSite(
  context: CompareContext,
  run: SampleRun,
  evidence: Evidence,
  tensor: JudgedTensor,
  site: Site,
): Promise<Site> {
  const structure = await structureAt(context, run, tensor);
  const read = new Set(tensor.stretch.nodes.flatMap((node) => context.graph.nodes[node]?.inputs ?? []));
  const weights = evidence.differingWeights.filter((weight) => read.has(weight.initializer));
  const tried = weights.length > 0 ? undefined : await experimentAt(context, run, tensor);
  const narrowed = site.node === undefined ? narrowedNode(context, tried) : undefined;
  return {
    ...site,
    ...(narrowed === undefined
      ? {}
      : { node: narrowed, narrowedBy: 'the only node at which another setting reproduces the reference' }),
    structure,
    cause: explain({
      where: narrowed ?? site.node ?? site.nodes.join(', '),
      opTypes: tensor.stretch.nodes.flatMap((node) => context.graph.nodes[node]?.opType ?? []),
      weights: weights.map((weight) => weight.parameter),
      experiment: tried?.experiment,
      tried: tried?.cause,
      structures: structure,
    }),
  };
}

/** Where just one node's settings reproduce the reference, that node is at fault. */
function narrowedNode({ graph }: CompareContext, tried: Tried | undefined): string | undefined {
  if (
    tried?.experiment.reproduces !== true ||
    tried.experiment.alternatives.some((other) => other.includes(' at '))
  )
    return undefined;
  return graph.nodes[tried.node]?.name;
}
