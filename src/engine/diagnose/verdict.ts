import { printable } from '../../shared/errors.ts';
import { formatList, formatNumber, plural } from '../../shared/format.ts';
import type {
  Amplifier,
  Coverage,
  Growth,
  InputRow,
  Observer,
  Site,
  Verdict,
  VerdictKind,
  WeightDifference,
} from '../../shared/report.ts';
import { VERDICT_KINDS } from '../../shared/report.ts';

export interface VerdictFacts {
  readonly sites: readonly Site[];
  readonly coverage: Coverage;
  readonly minCoverage: number;
  readonly inputs: readonly InputRow[];
  readonly differingWeights: readonly WeightDifference[];
  /** Weights that could be checked. */
  readonly checkedWeights: number;
  readonly amplifiers: readonly Amplifier[];
  /** Every compared graph output has the reference's bits. */
  readonly allEqual: boolean;
  readonly worstOutput: { readonly name: string; readonly relative: number } | undefined;
  /** Nodes inside stretches that were judged, of all nodes. */
  readonly covered: { readonly nodes: number; readonly of: number };
  readonly next: readonly string[];
  /** Graph outputs that could not be compared. */
  readonly lostOutputs: readonly string[];
  /** Of these, what is recorded for them in another shape, in words. */
  readonly otherShapes: readonly string[];
  /** Graph outputs that hold the reference's values in another shape or order, in words. */
  readonly layouts: readonly string[];
  /** What rounds more coarsely than the reference, in words, where that moved an output beyond tolerance; else undefined. */
  readonly coarse: string | undefined;
  /** Long stretches whose error is large and within a tolerance that has grown as large: nothing can be said of them. */
  readonly undecided: readonly { readonly tensor: string; readonly nodes: number; readonly local: number }[];
  /** Graph outputs with an error that neither rounding nor any compared stretch accounts for. */
  readonly unexplained: readonly { readonly output: string; readonly text: string }[];
  readonly growth: Growth | undefined;
  readonly observer: Pick<Observer, 'level' | 'relativeL2' | 'repeat' | 'passes' | 'levels'>;
  /** Sentences on graph outputs that rounding alone moves visibly. */
  readonly illConditioned: readonly string[];
  /** What is otherwise in the prompts that the graph holds, in words: those that move an output. */
  readonly prompts: readonly string[];
  /** Values that may be made of such a prompt: nodes behind them were not judged. */
  readonly unjudged: readonly string[];
  /** What is otherwise after the last node, in words. */
  readonly heads: readonly string[];
  /** Declared heads of which nothing could be said, in words. */
  readonly uncomparedHeads: readonly string[];
  /** Of several samples those whose inputs, or heads, differ; empty where all do. */
  readonly samples: { readonly inputs: readonly number[]; readonly heads: readonly number[] };
  /** Set where there was no free run for want of inputs. */
  readonly ownErrorsOnly: { readonly judged: number; readonly of: number } | undefined;
}

/** All kinds found, the verdict's own kind first, and the sentence that names every one of them. */
export function verdictOf(facts: VerdictFacts): Verdict {
  const found = new Set<VerdictKind>();
  if (lostCoverage(facts) !== undefined) found.add('not-comparable');
  if (facts.inputs.some(({ differs }) => differs) || facts.prompts.length > 0) found.add('input-differs');
  if (facts.differingWeights.length > 0) found.add('weights-differ');
  for (const site of facts.sites) found.add(site.kind);
  if (facts.layouts.length + facts.heads.length > 0) found.add('output-stage-differs');
  if (facts.coarse !== undefined && facts.sites.length === 0) found.add('precision-loss');
  if (facts.observer.passes !== undefined) found.add('introduced');
  if (facts.observer.repeat?.equal === false) found.add('nondeterministic');
  if (found.size === 0) found.add('no-fault');
  const kinds = VERDICT_KINDS.filter((kind) => found.has(kind));
  const kind = kinds[0] ?? 'no-fault';
  return {
    kind,
    kinds,
    detail: kind === 'no-fault' ? (facts.allEqual ? 'equal' : 'noise') : '',
    // Names of both files stand in it.
    sentence: printable(sentenceOf(kinds, facts)),
    sites: rank(facts.sites),
    isInnocent: isOutside(kinds) && facts.layouts.length + facts.unjudged.length === 0,
    next: facts.next.slice(0, 3),
  };
}

/** Why too little was compared to speak of the whole model; undefined where enough was. */
function lostCoverage({
  coverage,
  minCoverage,
  undecided,
  unexplained,
  differingWeights,
  coarse,
  lostOutputs,
  otherShapes,
  layouts,
  uncomparedHeads,
}: VerdictFacts): string | undefined {
  const expected = coverage.entries - coverage.unmatched.reference.filter((entry) => entry.expected).length;
  const { total, compared } = coverage.graphOutputs;
  if (coverage.pairedEntries === 0 || coverage.compared === 0) {
    const entries = coverage.unmatched.reference.map((entry) => entry.entry);
    const tensors = coverage.unmatched.candidate;
    const names =
      entries.length > 0 && tensors.length > 0
        ? ` (the reference has ${formatList(entries, 4)}; the model has ${formatList(tensors, 4)})`
        : '';
    return `no tensor of the model pairs with one of the reference${names}`;
  }
  if (compared < total && otherShapes.length > 0)
    return `only ${compared} of ${plural(total, 'graph output')} could be compared (${otherShapes.length === 1 ? 'one has another shape' : `${otherShapes.length} have other shapes`}: ${formatList(otherShapes, 4)})`;
  if (compared < total)
    return `only ${compared} of ${plural(total, 'graph output')} could be compared (nothing recorded stands for ${formatList(lostOutputs)}: record the model's outputs as well)`;
  if (expected > 0 && coverage.pairedEntries / expected < minCoverage) {
    return `only ${coverage.pairedEntries} of ${expected} recorded outputs have a counterpart (--min-coverage ${minCoverage})`;
  }
  // Where the arithmetic is coarse the error has a name already.
  const [worst] = coarse === undefined ? undecided : [];
  const [lost] = coarse === undefined && differingWeights.length === 0 ? unexplained : [];
  if (worst === undefined && lost !== undefined)
    return `output ${lost.output} ${lost.text}, and no compared stretch adds it: record more of what lies before it`;
  if (worst !== undefined) {
    return `${worst.tensor} is off by ${formatNumber(worst.local)} of its largest value, and with ${worst.nodes} nodes since the last recorded tensor that may be a fault or rounding: record more of what lies between`;
  }
  // In another layout an output is compared, and no head of it.
  return layouts.length === 0 ? uncomparedHeads[0] : undefined;
}

/**
 * By the largest share of an output's error that a site accounts for; where that was not measured, by how far it is above
 * its tolerance. Missing operations have neither and come first.
 */
function rank(sites: readonly Site[]): Site[] {
  return [...sites].sort((a, b) => weightOf(b) - weightOf(a) || b.excess - a.excess);
}

function weightOf(site: Site): number {
  if (site.kind === 'missing-operation') return Infinity;
  return Math.max(0, ...site.contribution.map(({ share }) => share ?? 0));
}

function sentenceOf(kinds: readonly VerdictKind[], facts: VerdictFacts): string {
  const parts = kinds.map((kind) => clause(kind, facts));
  const own = facts.ownErrorsOnly;
  const limits =
    own === undefined ? '' : `no inputs: own errors only, ${own.judged} of ${own.of} stretches; `;
  return `${limits}${parts.join('; ')}${innocentClause(kinds, facts)}${amplifierClause(kinds, facts)}.`;
}

function clause(kind: VerdictKind, facts: VerdictFacts): string {
  switch (kind) {
    case 'not-comparable':
      return `not comparable: ${lostCoverage(facts) ?? ''}`;
    case 'input-differs':
      return inputClause(facts);
    case 'weights-differ':
      return weightsClause(facts);
    case 'missing-operation':
      return `PyTorch does something that no node does: ${formatList(sitesOf(facts, kind).map((site) => site.scope))}`;
    case 'introduced':
      return [
        ...(facts.sites.some((site) => site.kind === kind) ? [introducedClause(sitesOf(facts, kind))] : []),
        ...optimizerClause(facts),
      ].join('; ');
    case 'no-fault':
      return noFaultClause(facts);
    case 'output-stage-differs':
      return `after the last node${ofSamples(facts.samples.heads)}: ${[...facts.layouts, ...facts.heads].join('; ')}`;
    case 'precision-loss':
      return `no node is wrong, but ${facts.coarse ?? ''} moves the outputs by ${formatNumber(facts.worstOutput?.relative ?? 0)}`;
    case 'nondeterministic':
      return `two runs on the same inputs differ (relative L2 ${formatNumber(facts.observer.repeat?.relativeL2 ?? 0)}): something in the model draws random numbers`;
  }
}

/** Fed tensors and prompts that the graph holds are both what PyTorch was given, or not. */
function inputClause({ inputs, prompts, samples }: VerdictFacts): string {
  const fed = inputs.filter(({ differs }) => differs);
  return [
    ...(fed.length === 0
      ? []
      : [
          `the inputs differ before the first node${ofSamples(samples.inputs)}: ${fed.map(inputText).join('; ')}`,
        ]),
    ...prompts.map((text) => `the prompt that the model holds is another: ${text}`),
  ].join('; ');
}

function ofSamples(samples: readonly number[]): string {
  if (samples.length === 0) return '';
  return ` in ${samples.length === 1 ? 'sample' : 'samples'} ${formatList(samples.map(String))}`;
}

function inputText({ name, explanation, steps, difference }: InputRow): string {
  const told = explanation?.best?.text ?? steps.map(({ text }) => text).join(', ');
  const size = difference === undefined ? '' : ` (max ${formatNumber(difference.maxAbs)})`;
  const unknown = `${explanation?.difference.text ?? 'another value'}, and nothing that was tried explains it`;
  const lost = difference?.nonFiniteMismatch ?? 0;
  const notFinite = lost === 0 ? '' : `${plural(lost, 'element')} finite on one side only; `;
  return `${name}${size}: ${notFinite}${told === '' ? unknown : told}`;
}

/** What differs lies before the first node or after the last one. */
function isOutside(kinds: readonly VerdictKind[]): boolean {
  return kinds.every((kind) => kind === 'input-differs' || kind === 'output-stage-differs');
}

/** What lies outside of the graph has no node to blame: said where the nodes were judged and none was found. */
function innocentClause(kinds: readonly VerdictKind[], facts: VerdictFacts): string {
  const { worstOutput, allEqual, heads, unjudged } = facts;
  if (!kinds.includes('input-differs') && heads.length === 0) return '';
  if (!isOutside(kinds)) return '; the nodes were judged on what PyTorch was given';
  if (unjudged.length > 0)
    return `; no other node is at fault; what lies behind ${formatList(unjudged)} could not be judged without PyTorch's values`;
  const size =
    worstOutput === undefined ? '' : ` (at most ${formatNumber(worstOutput.relative)} at the outputs)`;
  return `; no node is at fault: on what PyTorch was given the model computes the same${allEqual ? ', bit for bit' : size}`;
}

/** Share of the checked weights from which on it is not a weight that was lost but another checkpoint. */
const MOST_WEIGHTS = 0.5;

function weightsClause({ differingWeights, checkedWeights }: VerdictFacts): string {
  const names = formatList(differingWeights.map((weight) => weight.parameter));
  const isMost = differingWeights.length > 2 && differingWeights.length > MOST_WEIGHTS * checkedWeights;
  return isMost
    ? `this is another checkpoint than the recorded one (EMA, fused or stale weights?): ${differingWeights.length} of ${checkedWeights} weights differ, ${names}`
    : `weights differ from the recorded ones: ${names}`;
}

function sitesOf(facts: VerdictFacts, kind: Site['kind']): Site[] {
  return rank(facts.sites.filter((site) => site.kind === kind));
}

function introducedClause(sites: readonly Site[]): string {
  const [only] = sites;
  if (sites.length !== 1 || only === undefined)
    return `the divergence is introduced at ${sites.length} places: ${formatList(
      sites.map((site) => placeOf(site, rightWith(site))),
      4,
    )}`;
  const error = `own error ${formatNumber(only.local)}, ${formatNumber(only.excess)} × its tolerance`;
  return `the divergence is introduced at ${placeOf(only, '')}, ${error}${causeClause(only)}`;
}

/** The graph may be right and what the runtime makes of it not. */
function optimizerClause({ observer: { passes, level, levels, relativeL2 } }: VerdictFacts): string[] {
  if (passes === undefined) return [];
  const size = `by ${formatNumber(relativeL2 ?? 0)} (relative L2)`;
  const [changed] = levels?.first ?? [];
  const first = changed === undefined ? '' : `; the first tensor that it changes is ${changed.tensor}`;
  return [
    passes.length === 0
      ? `the untouched model at level ${level} gives other outputs than this run ${size}, and no pass of the optimizer explains it: the runtime computes it otherwise when it is not looked into`
      : `the runtime's optimizer changes the outputs ${size}: ${plural(passes.length, 'pass', 'passes')} ${formatList(passes)} at level ${level}; without ${passes.length === 1 ? 'it' : 'them'} the deployed model gives what this run gives${first}`,
  ];
}

/** Operator, node and scope; where a stretch could not be narrowed, how long it is. */
function placeOf(site: Site, more: string): string {
  if (site.nodes.length === 0) return `the output ${site.tensor}, which no node computes`;
  const isLong = site.node === undefined && site.nodes.length > 1;
  const where = isLong
    ? `one of ${plural(site.nodes.length, 'node')} before ${short(site.tensor)}`
    : `${site.opType} ${short(site.node ?? site.nodes[0] ?? '')}`;
  const details = [site.scope, more].filter((text) => text !== '').join('; ');
  return `${where}${details === '' ? '' : ` (${details})`}`;
}

/** Names of files may be of any length; a sentence may not. */
const LONGEST = 160;

function short(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST / 2)}…${name.slice(-LONGEST / 4)}`;
}

function rightWith({ cause }: Site): string {
  return cause?.experiment?.reproduces === true ? `right with ${cause.experiment.setting}` : '';
}

function causeClause({ cause }: Site): string {
  if (cause === undefined) return '';
  const isTried = cause.experiment?.reproduces === true && cause.kind !== 'baked-constant';
  return isTried ? `; ${cause.experiment?.text ?? ''}` : `; likely cause: ${cause.text}`;
}

function noFaultClause(facts: VerdictFacts): string {
  const { allEqual, worstOutput, covered } = facts;
  const where = covered.nodes < covered.of ? ` in ${covered.nodes} of ${covered.of} nodes` : '';
  if (allEqual) return `no fault${where}: the outputs are equal, bit for bit`;
  const size =
    worstOutput === undefined ? '' : `, at most ${formatNumber(worstOutput.relative)} at the outputs`;
  const [ill] = facts.illConditioned;
  return `no fault${where}: this is float rounding${size}${growthClause(facts)}${ill === undefined ? '' : `; ${ill}`}`;
}

/** Rates within this of 1 are none. */
const STEADY = 0.05;

/** Errors that grow as the values do are no larger for it; both are told where they differ. */
function growthClause({ growth, amplifiers }: VerdictFacts): string {
  if (growth === undefined)
    return amplifiers.length === 0
      ? ''
      : `, amplified up to ×${formatNumber(amplifiers[0]?.gain ?? 1)} a step`;
  const { steps, relative, absolute, values } = growth;
  if (absolute < 1 + STEADY && relative < 1 + STEADY) return '';
  const alike = Math.abs(absolute / values - 1) < STEADY && values > 1 + STEADY ? ', as the values do' : '';
  return `; over ${steps} layers the absolute error grows ×${rate(absolute)} a layer${alike}, the relative ×${rate(relative)}`;
}

function rate(value: number): string {
  return value.toPrecision(2);
}

/** Of what lies outside of the graph nothing is amplified in it. */
const AMPLIFIED: ReadonlySet<VerdictKind> = new Set([
  'weights-differ',
  'missing-operation',
  'introduced',
  'precision-loss',
  'nondeterministic',
]);

/** Less is hardly growth. */
const WORTH_NAMING = 1.2;

function amplifierClause(kinds: readonly VerdictKind[], facts: VerdictFacts): string {
  const [largest] = facts.amplifiers;
  if (largest === undefined || !kinds.some((kind) => AMPLIFIED.has(kind)) || kinds[0] === 'not-comparable')
    return '';
  if (largest.gain < WORTH_NAMING) return '';
  return `; most amplified at ${largest.node} (×${formatNumber(largest.gain)})`;
}
