import type { Site } from '../../shared/report.ts';
import { printable } from '../../shared/errors.ts';
import { plural } from '../../shared/format.ts';
import { explain } from '../cause/index.ts';
import type { AliasDifference, Evidence, JudgedTensor } from '../diagnose/index.ts';
import type { GraphNode } from '../graph/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import type { Tried } from './experiments.ts';
import { experimentAt } from './experiments.ts';
import { unlessRefused } from './replay.ts';
import { lostOperations } from './lost-operations.ts';
import type { SampleRun } from './sample-run.ts';
import { structureAt, structureBetween } from './site-structure.ts';

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
    const difference = run.aliasDifferences.find((one) => one.tensor === site.tensor);
    if (top.has(site)) stage(context, 'causes', explained.length, sites.length, site.node ?? site.tensor);
    if (!top.has(site)) explained.push(site);
    else if (site.kind === 'missing-operation')
      explained.push(difference === undefined ? site : missingOperation(context, site, difference));
    else explained.push(tensor === undefined ? site : await introduced(context, run, evidence, tensor, site));
  }
  return explained;
}

async function introduced(
  context: CompareContext,
  run: SampleRun,
  evidence: Evidence,
  tensor: JudgedTensor,
  site: Site,
): Promise<Site> {
  const { graph } = context;
  const structure = await unlessRefused(() => structureAt(context, run, tensor), []);
  const read = new Set(tensor.stretch.nodes.flatMap((node) => graph.nodes[node]?.inputs ?? []));
  const weights = evidence.differingWeights.filter((weight) => read.has(weight.initializer));
  const tried = weights.length > 0 ? undefined : await experimentAt(context, run, tensor);
  const narrowed = site.node === undefined ? narrowedNode(context, tried) : undefined;
  const nodes = tensor.stretch.nodes.map((node) => run.match.scopeOf[node] ?? '');
  const entries = run.paired.get(site.tensor)?.all.map((pair) => pair.entry.path) ?? [];
  return {
    ...site,
    ...(narrowed === undefined
      ? {}
      : {
          node: narrowed.name,
          opType: narrowed.opType,
          narrowedBy: 'the only node at which another setting reproduces the reference',
        }),
    structure,
    evidence: [...site.evidence, ...furtherEvidence(context, run, tensor, narrowed?.name ?? site.node)],
    cause: explain({
      where: printable(narrowed?.name ?? placeOf(site)),
      opTypes: opTypesOf(context, tensor.stretch.nodes),
      weights: weights.map((weight) => weight.parameter),
      experiment: tried?.experiment,
      tried: tried?.experiment.reproduces === true ? tried.cause : undefined,
      structures: structure,
      training: trainingClass(context, [...nodes, ...entries]),
      isInTraining: tensor.stretch.nodes.some((node) => isInTraining(graph.nodes[node])),
    }),
  };
}

/** What an op-level recording shows, or that one would narrow the stretch down. */
function furtherEvidence(
  { dump }: CompareContext,
  run: SampleRun,
  tensor: JudgedTensor,
  node: string | undefined,
): string[] {
  const lost = lostOperations(run, tensor);
  if (lost !== undefined) return [lost];
  const isModules = dump.recording?.granularity === 'module';
  return node === undefined && isModules && tensor.stretch.nodes.length > 1
    ? ['to narrow it down record single operations as well: record(model, folder, granularity="op")']
    : [];
}

/** A person reads where, not a list of names. */
function placeOf({ node, nodes, tensor }: Site): string {
  if (node !== undefined || nodes.length === 1) return node ?? nodes[0] ?? '';
  return nodes.length === 0 ? tensor : `one of ${plural(nodes.length, 'node')} before ${tensor}`;
}

/** Products of two computed values hold no weight that could be another. */
const PRODUCTS = new Set(['MatMul', 'Gemm']);

function opTypesOf({ graph }: CompareContext, stretch: readonly number[]): string[] {
  const isHeld = (name: string): boolean => graph.initializers.has(name);
  const isWeight = (name: string): boolean =>
    isHeld(name) || (graph.nodes[graph.tensors.get(name)?.producer ?? -1]?.inputs.every(isHeld) ?? false);
  return stretch.flatMap((index) => {
    const node = graph.nodes[index];
    if (node === undefined || (PRODUCTS.has(node.opType) && !node.inputs.some(isWeight))) return [];
    return [node.opType];
  });
}

function missingOperation(context: CompareContext, site: Site, difference: AliasDifference): Site {
  const structure = structureBetween(context, difference.consumed, difference.produced);
  return {
    ...site,
    structure,
    cause: explain({
      where: printable(site.scope),
      opTypes: [],
      weights: [],
      experiment: undefined,
      tried: 'operation-missing',
      structures: structure,
      training: trainingClass(context, [difference.consumed.path]),
      isInTraining: false,
    }),
  };
}

function isInTraining(node: GraphNode | undefined): boolean {
  const mode = node?.attributes.get('training_mode');
  return mode?.kind === 'int' && mode.value === 1;
}

const TRAINS = /^(Sync)?BatchNorm|^InstanceNorm|Dropout|^RReLU$/;

/** Class of the first of these modules that was recorded in training mode and does something else then. */
function trainingClass({ dump }: CompareContext, paths: readonly string[]): string | undefined {
  return dump.recording?.modules.find(
    (module) => module.training && paths.includes(module.path) && TRAINS.test(module.className),
  )?.className;
}

/** Where just one node's settings reproduce the reference, that node is at fault. */
function narrowedNode({ graph }: CompareContext, tried: Tried | undefined): GraphNode | undefined {
  if (tried?.experiment.reproduces !== true) return undefined;
  return tried.isOnlyNode ? graph.nodes[tried.node] : undefined;
}
