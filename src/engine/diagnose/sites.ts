import type { ValueStats } from '../../shared/comparison.ts';
import { isFloatDtype } from '../../shared/dtype.ts';
import { printable } from '../../shared/errors.ts';
import { formatNumber, formatShape } from '../../shared/format.ts';
import type { Finding, Site } from '../../shared/report.ts';
import type { Graph, GraphNode } from '../graph/index.ts';
import type { Evidence } from './evidence.ts';
import type { JudgedTensor } from './judge-tensors.ts';
import { looksMasked } from './tolerance.ts';

export interface Located {
  readonly sites: readonly Site[];
  readonly findings: readonly Finding[];
}

/** Nodes that only bring constants or shapes: they are part of a stretch, but seldom what a person looks for. */
const PLUMBING = new Set(['Constant', 'Shape', 'Identity']);

/** Where error is introduced: stretches at fault, operations that the graph lacks, weights that differ. */
export function locate(evidence: Evidence, judged: ReadonlyMap<string, JudgedTensor>): Located {
  const findings: Finding[] = [];
  const introduced = [...judged.values()].filter((tensor) => tensor.state === 'introduced');
  const real = introduced.filter((tensor) => {
    // A value that is no number any more is a fault wherever it goes: other hardware may not let it go.
    if (hasLostValues(evidence, tensor) || !isAbsorbed(evidence, tensor, judged)) return true;
    findings.push({
      kind: 'absorbed',
      severity: 'warning',
      subject: tensor.name,
      text: printable(
        `${tensor.name} differs from ${entryKey(evidence, tensor.name)}, but nothing that reads it does: the error is absorbed, or the entry was changed in place after it was recorded`,
      ),
    });
    return false;
  });
  const shapes = shapeOnlyNodes(evidence);
  const sites = mergeShared(evidence.graph, real).map((group) => introducedSite(evidence, group, shapes));
  return { sites: [...sites, ...missingOperations(evidence, judged)], findings };
}

/** Values that are finite in the reference and not in the candidate. */
export function hasLostValues(
  evidence: Pick<Evidence, 'fed'>,
  { name }: Pick<JudgedTensor, 'name'>,
): boolean {
  const comparison = evidence.fed.get(name)?.comparison;
  if (comparison === undefined || comparison.nonFiniteMismatch === 0) return false;
  const lost = ({ nan, posInf, negInf }: ValueStats): number => nan + posInf + negInf;
  return lost(comparison.candidate) > lost(comparison.reference);
}

/** In the free run everything that reads the tensor is at noise level although the tensor itself is not. */
function isAbsorbed(
  evidence: Evidence,
  tensor: JudgedTensor,
  judged: ReadonlyMap<string, JudgedTensor>,
): boolean {
  if (evidence.graph.tensors.get(tensor.name)?.isOutput === true) return false;
  const readers = readersOf(tensor.name, judged);
  return readers.length > 0 && readers.every((reader) => isQuiet(evidence, reader, judged));
}

function readersOf(name: string, judged: ReadonlyMap<string, JudgedTensor>): JudgedTensor[] {
  return [...judged.values()].filter((other) => other.stretch.boundary.includes(name));
}

/** Share of the largest value below which an error has gone. */
const GONE = 1e-3;

/** Times what one rounding of inputs and weights does: other kernels differ by as much. */
const QUIET = 5;

/** At noise level; where mask constants make every error look small, what reads it must be as well. */
function isQuiet(
  evidence: Evidence,
  tensor: JudgedTensor,
  judged: ReadonlyMap<string, JudgedTensor>,
): boolean {
  if (tensor.state !== 'equal' && tensor.state !== 'noise') return false;
  // A formula may be wide; what rounding does has been measured.
  const spread = evidence.freeSpread.get(tensor.name);
  const loudness = evidence.free.get(tensor.name)?.comparison?.maxAbs ?? 0;
  if (spread !== undefined && loudness > QUIET * spread.maxAbs) return false;
  // A tolerance may be wide; what is absorbed is gone.
  const total = evidence.free.get(tensor.name)?.comparison;
  if (total !== undefined && total.maxAbs > GONE * total.reference.maxAbs) return false;
  const reference = evidence.free.get(tensor.name)?.comparison?.reference;
  if (tensor.state === 'equal' || reference === undefined || !looksMasked(reference)) return true;
  return readersOf(tensor.name, judged).every((reader) => isQuiet(evidence, reader, judged));
}

/**
 * Introduced tensors whose stretches share nodes have one cause: the nodes they share. Unless what they do not share
 * reads the same weight: then it is the weight, and each is a place of its own.
 */
function mergeShared(graph: Graph, introduced: readonly JudgedTensor[]): JudgedTensor[][] {
  const groups: { nodes: ReadonlySet<number>; tensors: JudgedTensor[] }[] = [];
  for (const tensor of introduced) {
    const { nodes } = tensor.stretch;
    const group = groups.find((one) => {
      const shared = nodes.filter((node) => one.nodes.has(node));
      return shared.length > 0 && !readSameWeight(graph, one.nodes, nodes, shared);
    });
    if (group === undefined) groups.push({ nodes: new Set(nodes), tensors: [tensor] });
    else {
      group.tensors.push(tensor);
      group.nodes = new Set(nodes.filter((node) => group.nodes.has(node)));
    }
  }
  return groups.map((group) => group.tensors);
}

function readSameWeight(
  graph: Graph,
  some: Iterable<number>,
  others: readonly number[],
  shared: readonly number[],
): boolean {
  const weightsOf = (nodes: Iterable<number>): Set<string> =>
    new Set(
      [...nodes]
        .filter((node) => !shared.includes(node))
        .flatMap((node) => graph.nodes[node]?.inputs ?? [])
        .filter((name) => graph.initializers.has(name)),
    );
  const own = weightsOf(some);
  return [...weightsOf(others)].some((name) => own.has(name));
}

function introducedSite(
  evidence: Evidence,
  group: readonly JudgedTensor[],
  shapes: ReadonlySet<number>,
): Site {
  const [worst] = [...group].sort((a, b) => b.judgement.excess - a.judgement.excess) as [JudgedTensor];
  const common = group.reduce<readonly number[]>(
    (nodes, tensor) => nodes.filter((node) => tensor.stretch.nodes.includes(node)),
    worst.stretch.nodes,
  );
  const nodes = common
    .map((index) => evidence.graph.nodes[index])
    .filter((node): node is GraphNode => node !== undefined);
  const working = nodes.filter((node) => !PLUMBING.has(node.opType) && !shapes.has(node.index));
  const [only] = working;
  const readsWeight = new Set(nodes.flatMap((node) => node.inputs));
  const weights = evidence.differingWeights.filter((weight) => readsWeight.has(weight.initializer));
  return {
    nodes: nodes.map((node) => node.name),
    node: working.length === 1 ? only?.name : undefined,
    narrowedBy:
      working.length === 1 && nodes.length === 1
        ? 'the pairs around it'
        : working.length === 1
          ? 'the only node that computes'
          : undefined,
    opType:
      nodes.length === 0
        ? 'constant output'
        : (working.length > 0 ? working : nodes).map((node) => node.opType).join(' + '),
    tensor: worst.name,
    scope: scopeOf(evidence, worst),
    kind: weights.length > 0 ? 'weights-differ' : 'introduced',
    local: worst.judgement.local,
    tolerance: worst.judgement.tolerance,
    excess: worst.judgement.excess,
    sample: evidence.sample,
    contribution: [],
    structure: [],
    cause: undefined,
    evidence: [
      ...weights.map((weight) => `weight ${weight.initializer}: ${weight.detail}`),
      ...measureLines(evidence, worst),
      ...group
        .filter((tensor) => tensor !== worst)
        .map(
          (tensor) =>
            `also differs from here: ${tensor.name} (own error ${formatNumber(tensor.judgement.local)})`,
        ),
    ].map(printable),
  };
}

/**
 * Nodes that make whole numbers of shapes and constants: sizes, starts and axes that the others are given. In execution
 * order, so that each is looked at once however they are wired.
 */
function shapeOnlyNodes({ graph, fed }: Evidence): ReadonlySet<number> {
  const found = new Set<number>();
  const isWhole = (name: string): boolean => {
    const dtype = fed.get(name)?.type.dtype;
    return name === '' || (dtype !== undefined && !isFloatDtype(dtype));
  };
  for (const { index, opType, inputs, outputs } of graph.nodes) {
    const isSource = opType === 'Shape' || opType === 'Size' || opType === 'Constant';
    const isMadeOfThem =
      outputs.every(isWhole) &&
      inputs.every((name) => {
        const maker = graph.tensors.get(name)?.producer;
        return name === '' || graph.initializers.has(name) || (maker !== undefined && found.has(maker));
      });
    if (isSource || isMadeOfThem) found.add(index);
  }
  return found;
}

function measureLines(evidence: Evidence, tensor: JudgedTensor): string[] {
  const comparison = evidence.fed.get(tensor.name)?.comparison;
  if (comparison === undefined) return [];
  const lines = [
    `compared with ${entryKey(evidence, tensor.name)}, ${formatShape(evidence.fed.get(tensor.name)?.type.dims)}`,
  ];
  if (comparison.nonFiniteMismatch > 0) {
    lines.push(
      `${comparison.nonFiniteMismatch} of ${comparison.count} elements are NaN or infinite on one side only`,
    );
  }
  const { worst } = comparison;
  if (worst !== undefined) {
    lines.push(
      `worst element ${worst.index}: ${formatNumber(worst.candidate)} where the reference has ${formatNumber(worst.reference)}`,
    );
  }
  const { slice, tolerance } = tensor.judgement;
  // Exact operators are allowed nothing.
  if (tolerance <= Number.MIN_VALUE)
    return [...lines, 'nothing in the stretch rounds: the two must be equal'];
  const { excess } = tensor.judgement;
  const place =
    slice === undefined
      ? ''
      : `clearest in slice ${slice.index} of axis ${slice.axis}, off by ${formatNumber(excess * tolerance)}; its `;
  if (place !== '' || tolerance > 0)
    lines.push(`${place}tolerance ${formatNumber(tolerance)}: ${tensor.tolerance.reason}`);
  return lines;
}

function missingOperations(evidence: Evidence, judged: ReadonlyMap<string, JudgedTensor>): Site[] {
  const sites = new Map<string, Site>();
  for (const { tensor, produced, consumed, comparison } of evidence.aliasDifferences) {
    if (judged.get(tensor)?.state === 'introduced' || sites.has(tensor)) continue;
    const producer = evidence.graph.tensors.get(tensor)?.producer;
    const node = producer === undefined ? undefined : evidence.graph.nodes[producer];
    sites.set(tensor, {
      nodes: node === undefined ? [] : [node.name],
      node: undefined,
      narrowedBy: undefined,
      opType: 'missing operation after',
      tensor,
      scope: printable(
        `between ${produced.path === '' ? 'the input' : produced.path} and ${consumed.path === '' ? 'the output' : consumed.path}`,
      ),
      kind: 'missing-operation',
      local: comparison.relativeL2,
      tolerance: 0,
      excess: Infinity,
      sample: evidence.sample,
      contribution: [],
      structure: [],
      cause: undefined,
      evidence: [
        `${produced.key} and ${consumed.key} differ in ${comparison.unequal === 1 ? 'every element' : `${formatNumber(comparison.unequal * 100)} % of their elements`} (relative L2 ${formatNumber(comparison.relativeL2)}), the candidate has one tensor for both`,
      ].map(printable),
    });
  }
  return [...sites.values()];
}

function entryKey(evidence: Evidence, tensor: string): string {
  return evidence.paired.get(tensor)?.primary.entry.key ?? tensor;
}

/** Module path of the node; where the exporter says nothing, that of the module whose output the tensor is. */
function scopeOf(evidence: Evidence, tensor: JudgedTensor): string {
  const producer = evidence.graph.tensors.get(tensor.name)?.producer;
  const path = producer === undefined ? '' : (evidence.match.scopeOf[producer] ?? '');
  const entry = evidence.paired.get(tensor.name)?.primary.entry;
  return path === '' && entry?.role === 'output' ? entry.path : path;
}
