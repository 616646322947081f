/** A site run again on exact inputs with other settings: which one gives what was recorded? */
import type { CauseKind, Experiment } from '../../shared/cause.ts';
import type { Dtype } from '../../shared/dtype.ts';
import { epsilonOf, isComparableDtype, isFloatDtype } from '../../shared/dtype.ts';
import { isLayerdiffError, printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Parameter, Trial, Variant } from '../cause/index.ts';
import { appendedVariants, functionVariants, parametersOf, variantsOf } from '../cause/index.ts';
import type { JudgedTensor } from '../diagnose/index.ts';
import { judge } from '../diagnose/index.ts';
import type { GraphNode } from '../graph/index.ts';
import { sliceAxisOf } from '../metric/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { changesOf } from './variant-changes.ts';
import type { CompareContext } from './context.ts';
import { fitted } from './fit-parameter.ts';
import { numbersOf } from './numbers-of.ts';
import { referenceValue } from './reference-value.ts';
import { replay } from './replay.ts';
import type { SampleRun } from './sample-run.ts';
import { trialOf } from './trial.ts';

export interface Tried {
  readonly experiment: Experiment;
  readonly cause: CauseKind;
  /** Index of the node whose setting it is. */
  readonly node: number;
  /** No other node's settings do as well, and no replacement of several nodes. */
  readonly isOnlyNode: boolean;
}

interface Outcome {
  readonly variant: Variant;
  readonly local: number;
  readonly excess: number;
}

/** Trials may compute as many elements as this many runs of the whole model, but some are always made. */
const SHARE_OF_A_RUN = 0.5;
const TRIALS = { least: 12, most: 160 };

/** An experiment is worth telling when it takes away this share of the error, even where the rest is above tolerance. */
const WORTH_TELLING = 0.9;

/** @returns the setting that brings the site's tensor closest to the reference; undefined where none helps. */
export async function experimentAt(
  context: CompareContext,
  run: SampleRun,
  tensor: JudgedTensor,
): Promise<Tried | undefined> {
  const bench = benchFor(context, run, tensor);
  if (bench === undefined) return undefined;
  const trials = tensor.stretch.nodes
    .map((index) => context.graph.nodes[index])
    .filter((node): node is GraphNode => node !== undefined && node.opType !== 'Constant')
    // From the end: what is nearest to the tensor is likeliest.
    .reverse()
    .map((node) => trialOf(context, run, tensor, node));
  for (const variants of stagesOf(context, tensor, trials)) {
    for (const variant of variants) await bench.attempt(variant);
    if (bench.reproducing().length > 0) return tried(context, bench, tensor);
  }
  // Factors of one product stand in for each other: that one can be solved for does not make it the wrong one.
  for (const parameter of trials.flatMap(parametersOf)) await solve(bench, parameter);
  if (bench.reproducing().length > 0) return tried(context, bench, tensor);
  const [last] = trials;
  for (const variant of last === undefined ? [] : appendedVariants(last, tensor.name))
    await bench.attempt(variant);
  return tried(context, bench, tensor);
}

/** Settings by how likely they are: those of the operators, numbers that are usual, the stretch as another function. */
function stagesOf(context: CompareContext, tensor: JudgedTensor, trials: readonly Trial[]): Variant[][] {
  const { nodes, boundary } = tensor.stretch;
  const [input] = boundary;
  const reading =
    input === undefined
      ? []
      : nodes.filter((node) => context.graph.nodes[node]?.inputs.includes(input) === true);
  const [first] = reading;
  const others = nodes.filter((node) => node !== first && context.graph.nodes[node]?.opType !== 'Constant');
  const [trial] = trials;
  const functions =
    input === undefined || first === undefined || trial === undefined || boundary.length !== 1
      ? []
      : functionVariants({
          nodes: [first, ...others],
          opTypes: trials.map(({ node }) => node.opType),
          input,
          output: tensor.name,
          fresh: trial.fresh,
        });
  const known = trials.flatMap(parametersOf).flatMap(({ candidates, variant }) => candidates.map(variant));
  return [trials.flatMap((one) => [...variantsOf(one)]), known, functions];
}

interface Bench {
  /** Undefined where the runtime refuses it, the shape is another, or no trials are left. */
  readonly attempt: (variant: Variant) => Promise<Outcome | undefined>;
  readonly valuesOf: (variant: Variant) => Promise<ArrayLike<number> | undefined>;
  readonly outcomes: readonly Outcome[];
  readonly reproducing: () => readonly Outcome[];
  /** No trials are left: what was not tried may do as well. */
  readonly isSpent: () => boolean;
  readonly reference: ArrayLike<number> | undefined;
}

function benchFor(context: CompareContext, run: SampleRun, tensor: JudgedTensor): Bench | undefined {
  const own = run.fed.get(tensor.name);
  const reference = own === undefined ? undefined : referenceValue(context, run, tensor.name, own.type.dims);
  if (own === undefined || reference === undefined || !isComparableDtype(reference.dtype)) return undefined;
  const { dtype: recorded } = reference;
  const outcomes: Outcome[] = [];
  let left = trialsFor(context, run, tensor);
  const runOnce = async (variant: Variant, onTensor: (made: Tensor) => void): Promise<void> => {
    if (left <= 0) return;
    left--;
    try {
      await replay(context, run, {
        mode: 'fed',
        tensors: new Set([tensor.name]),
        changes: changesOf(context, variant),
        onTensor: (name, made) => {
          if (name === tensor.name && elementCount(made.dims) === elementCount(own.type.dims)) onTensor(made);
        },
      });
    } catch (error) {
      // A setting that the runtime refuses is none.
      if (!isLayerdiffError(error)) throw error;
    }
  };
  return {
    outcomes,
    reproducing: () => outcomes.filter((outcome) => isReproduced(outcome, tensor, own.type.dtype)),
    isSpent: () => left <= 0,
    reference: numbersOf(reference),
    attempt: async (variant) => {
      let outcome: Outcome | undefined;
      await runOnce(variant, ({ dtype, dims, bytes }) => {
        if (!isComparableDtype(dtype)) return;
        const { comparison, slices } = context.comparer.compare(
          { dtype, bytes },
          { dtype: recorded, bytes: reference.bytes },
          { dims, atol: 0, rtol: 0, sliceAxis: sliceAxisOf(dims) },
        );
        const { local, excess } = judge(comparison, slices, tensor.tolerance, isFloatDtype(dtype));
        outcome = { variant, local, excess };
      });
      if (outcome !== undefined) outcomes.push(outcome);
      return outcome;
    },
    valuesOf: async (variant) => {
      let values: ArrayLike<number> | undefined;
      await runOnce(variant, (made) => (values = numbersOf({ ...made, bytes: made.bytes.slice() })));
      return values;
    },
  };
}

/** Of rounding, and of the error as it was: what the operator itself is allowed is not what another one is. */
const REPRODUCED = { roundings: 32, share: 0.01 };

function isReproduced({ excess, local }: Outcome, { judgement }: JudgedTensor, dtype: Dtype): boolean {
  const isRounding = local <= REPRODUCED.roundings * epsilonOf(dtype);
  return excess <= 1 || (isRounding && local <= REPRODUCED.share * judgement.local);
}

/** By how much of the model a trial computes. */
function trialsFor(context: CompareContext, run: SampleRun, tensor: JudgedTensor): number {
  const made = (nodes: readonly number[]): number =>
    nodes
      .flatMap((node) => context.graph.nodes[node]?.outputs ?? [])
      .reduce((sum, name) => sum + elementCount(run.fed.get(name)?.type.dims ?? [0]), 0);
  const whole = made(context.graph.nodes.map((node) => node.index));
  const affordable = Math.floor((SHARE_OF_A_RUN * whole) / Math.max(1, made(tensor.stretch.nodes)));
  // What is small costs nothing, however small the model is.
  const isSmall = made(tensor.stretch.nodes) < SMALL;
  return isSmall ? TRIALS.most : Math.min(TRIALS.most, Math.max(TRIALS.least, affordable));
}

/** Elements of a stretch that costs nothing to run. */
const SMALL = 2 ** 18;

/** Elements up to which a parameter is solved for: every step keeps two copies of the tensor. */
const SOLVABLE = 2 ** 22;

async function solve(bench: Bench, parameter: Parameter): Promise<void> {
  const { reference } = bench;
  if (parameter.isDiscrete || reference === undefined || reference.length > SOLVABLE) return;
  const values = await fitted(parameter, reference, (value) => bench.valuesOf(parameter.variant(value)));
  for (const value of values) {
    const outcome = await bench.attempt(parameter.variant(value));
    if (outcome !== undefined && bench.reproducing().includes(outcome)) return;
  }
}

function tried(context: CompareContext, bench: Bench, tensor: JudgedTensor): Tried | undefined {
  const [first, ...more] = bench.reproducing();
  const closest = first ?? [...bench.outcomes].sort(byExcess)[0];
  const before = tensor.judgement;
  const isBetter = closest !== undefined && closest.local < (1 - WORTH_TELLING) * before.local;
  if (closest === undefined || (first === undefined && !isBetter)) return undefined;
  const name = context.graph.nodes[closest.variant.node]?.name ?? '';
  const isElsewhere = ({ variant }: Outcome): boolean => variant.node !== closest.variant.node;
  const settingOf = (outcome: Outcome): string =>
    `${outcome.variant.setting}${isElsewhere(outcome) ? ` at ${context.graph.nodes[outcome.variant.node]?.name ?? ''}` : ''}`;
  const elsewhere = more.find(isElsewhere);
  const also = elsewhere === undefined ? '' : `, and so does ${settingOf(elsewhere)}`;
  return {
    cause: closest.variant.cause,
    node: closest.variant.node,
    isOnlyNode:
      !bench.isSpent() &&
      [closest, ...more].every(
        ({ variant }) => variant.node === closest.variant.node && variant.parts.size === 1,
      ),
    experiment: {
      node: name,
      setting: printable(closest.variant.setting),
      before: before.local,
      error: closest.local,
      reproduces: first !== undefined,
      alternatives: more.map((outcome) => printable(settingOf(outcome))),
      text: printable(`${sentenceFor(closest, name, before.local, first !== undefined)}${also}`),
    },
  };
}

/** Beyond all tolerance one is as far as the other: then the smaller error is the closer one. */
function byExcess(a: Outcome, b: Outcome): number {
  return a.excess === b.excess ? a.local - b.local : a.excess - b.excess;
}

function sentenceFor({ variant, local }: Outcome, node: string, before: number, reproduces: boolean): string {
  const isAttribute = /^[\w ]+=/.test(variant.setting);
  const start = isAttribute ? `setting ${variant.setting} at ${node}` : `${node} with ${variant.setting}`;
  return reproduces
    ? `${start} reproduces the reference to ${formatNumber(local)}`
    : `${start} comes closest to the reference: ${formatNumber(local)} instead of ${formatNumber(before)}`;
}
