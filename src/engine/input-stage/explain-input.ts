import { formatNumber } from '../../shared/format.ts';
import type { InputExplanation, InputHypothesis } from '../../shared/input-stage.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount, sameDims, stridesOf } from '../tensor/index.ts';
import { alignments } from './alignment.ts';
import { contentOf } from './bands.ts';
import type { Measured } from './difference.ts';
import { measured } from './difference.ts';
import type { Candidate } from './explain-planes.ts';
import { explainAlignment } from './explain-planes.ts';
import type { Arrangement } from './layouts.ts';
import { arrangements, picturesIn, planesOf } from './layouts.ts';
import type { Picture } from './picture/picture.ts';
import { sequenceHypothesis } from './sequences.ts';
import { sidesFrom } from './sides-from.ts';
import type { Numbers } from './values.ts';
import { numbersOf } from './values.ts';

/** Elements of a tensor that is looked into. */
const MOST_ELEMENTS = 64_000_000;
const RIVALS = 3;
/** Rivals leave at most this many decimal digits of squared error more, steps counted. */
const NEAR = 2;

/**
 * Explains how the tensor that is fed in deployment differs from the one that PyTorch was fed. Any shapes and dtypes.
 * @param picture the original picture, from which both pipelines are reproduced.
 * @returns undefined where the two are equal bit for bit.
 */
export function explainInput(
  deployed: Tensor,
  recorded: Tensor,
  picture?: Picture,
): InputExplanation | undefined {
  if (isSame(deployed, recorded)) return undefined;
  const a = numbersOf(deployed);
  const b = numbersOf(recorded);
  if (a === undefined || b === undefined) {
    return unexplained(deployed, recorded, `${deployed.dtype} and ${recorded.dtype} values are not compared`);
  }
  if (Math.max(a.length, b.length) > MOST_ELEMENTS) {
    return unexplained(deployed, recorded, `not looked into: more than ${MOST_ELEMENTS} elements`);
  }
  const whole = measured(deployed, recorded, a, b);
  const ways = arrangements(deployed.dims, recorded.dims);
  if (ways.length === 0 || a.length === 0 || b.length === 0) {
    return { ...withNote(whole, 'the shapes have nothing in common'), sides: undefined };
  }
  if (whole.difference.max === 0 && whole.nonFinite === 0 && deployed.dtype === recorded.dtype) {
    return withNote(whole, 'only signs of zero or bits of NaN differ');
  }
  const lost = nonFiniteText(a, b);
  if (lost !== undefined) return withText(whole, lost);
  const constant = constantText(a, b);
  if (constant !== undefined) return withNote(whole, constant);
  const sequences = sameDims(deployed.dims, recorded.dims)
    ? sequenceHypothesis(recorded.dims, a, b)
    : undefined;
  if (sequences !== undefined) {
    return { difference: whole.difference, best: sequences, rivals: [], sides: undefined, note: undefined };
  }
  const index = worstPicture(recorded, a, b, ways);
  const candidates = explained(deployed, recorded, a, b, ways, index, whole.squares);
  if (candidates === undefined) return withNote(whole, 'equal but for the rounding of float arithmetic');
  const sideToSide = hypothesesOf(candidates);
  const planes = {
    deployed: planesOf(a, deployed.dims, stridesOf(deployed.dims), index),
    recorded: planesOf(b, recorded.dims, stridesOf(recorded.dims), index),
  };
  const made =
    picture === undefined
      ? undefined
      : sidesFrom(picture, planes, { deployed: deployed.dims, recorded: recorded.dims }, candidates[0]);
  const found = [...(made?.hypothesis === undefined ? [] : [made.hypothesis]), ...sideToSide];
  const [best, ...rivals] = found;
  const notes = [
    ...(picturesIn(recorded.dims) > 1
      ? [`explained on number ${index} of the batch, which differs most`]
      : []),
    ...(whole.nonFinite > 0 ? [`${whole.nonFinite} elements are not finite on one side only`] : []),
    ...(best === undefined ? ['nothing that was tried explains the difference'] : []),
    ...(made === undefined ? [] : made.notes),
  ];
  return {
    difference: whole.difference,
    best,
    rivals: rivals.slice(0, RIVALS),
    sides: made?.sides,
    note: notes.length === 0 ? undefined : notes.join('; '),
  };
}

/** The best and what comes near it; none where the best explains nothing. */
function hypothesesOf([best, ...others]: readonly Candidate[]): InputHypothesis[] {
  if (best === undefined || explainsNothing(best.hypothesis)) return [];
  const near = others.filter((one) => one.cost < best.cost + NEAR && !one.hypothesis.steps.some(isUnknown));
  return [best, ...near].map(({ hypothesis }) => hypothesis);
}

/** Axes that only the shapes tell are no explanation of values. */
function explainsNothing({ steps }: InputHypothesis): boolean {
  return steps.some(isUnknown) && steps.every((step) => isUnknown(step) || step.kind === 'layout');
}

/** Where most of a tensor is NaN or infinite there is nothing that a filter or a pad could explain. */
function nonFiniteText(a: Numbers, b: Numbers): string | undefined {
  const [own, theirs] = [nonFiniteIn(a), nonFiniteIn(b)];
  if (own === theirs || Math.max(own, theirs) * 2 < a.length) return undefined;
  const text = (count: number, all: Numbers, side: string): string[] =>
    count === 0 ? [] : [`${count} of ${all.length} elements of the ${side} tensor are NaN or infinite`];
  return [...text(own, a, 'deployed'), ...text(theirs, b, 'recorded')].join(', ');
}

function nonFiniteIn(values: Numbers): number {
  let count = 0;
  for (const value of values) if (!Number.isFinite(value)) count++;
  return count;
}

/** One value throughout holds nothing that could be compared. */
function constantText(a: Numbers, b: Numbers): string | undefined {
  const parts = [
    ...(isConstantThroughout(a) ? [`the deployed tensor is ${formatNumber(a[0] ?? 0)} throughout`] : []),
    ...(isConstantThroughout(b) ? [`the recorded tensor is ${formatNumber(b[0] ?? 0)} throughout`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function isConstantThroughout(values: Numbers): boolean {
  return values.every((value) => value === values[0]);
}

function isUnknown({ kind }: { readonly kind: string }): boolean {
  return kind === 'unknown';
}

/** From the best on; undefined where the two are equal but for rounding. */
function explained(
  deployed: Tensor,
  recorded: Tensor,
  a: Numbers,
  b: Numbers,
  ways: readonly Arrangement[],
  index: number,
  total: number,
): Candidate[] | undefined {
  const planes = planesOf(b, recorded.dims, stridesOf(recorded.dims), index);
  const reference = { planes, content: contentOf(planes), largest: largestOf(b) };
  const seen = new Map<string, Candidate>();
  for (const alignment of alignments(a, index, ways, reference)) {
    const one = explainAlignment(alignment, reference, { deployed, recorded }, total);
    if (one.hypothesis.steps.length === 0) return undefined;
    const before = seen.get(one.hypothesis.text);
    if (before === undefined || before.cost > one.cost) seen.set(one.hypothesis.text, one);
  }
  const all = [...seen.values()].sort((x, y) => x.cost - y.cost);
  const has =
    (kind: string) =>
    ({ hypothesis }: Candidate) =>
      hypothesis.steps.some((step) => step.kind === kind);
  // A border that is mixed with the pad makes the content look larger: no other size is needed to explain that.
  return all.some(has('resize-order')) ? all.filter((one) => !has('resize')(one)) : all;
}

function largestOf(values: Numbers): number {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/** The picture of a batch whose elements differ most as they lie; the first where shapes do not allow it. */
function worstPicture(recorded: Tensor, a: Numbers, b: Numbers, ways: readonly Arrangement[]): number {
  const count = picturesIn(recorded.dims);
  const [way] = ways;
  if (count <= 1 || way === undefined || a.length !== b.length) return 0;
  const size = elementCount(recorded.dims) / count;
  let worst = { index: 0, squares: -1 };
  for (let index = 0; index < count; index++) {
    let squares = 0;
    for (let at = index * size; at < (index + 1) * size; at++) squares += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
    if (squares > worst.squares) worst = { index, squares };
  }
  return worst.index;
}

function isSame(a: Tensor, b: Tensor): boolean {
  if (a.dtype !== b.dtype || a.dims.join() !== b.dims.join() || a.bytes.length !== b.bytes.length)
    return false;
  for (let at = 0; at < a.bytes.length; at++) if (a.bytes[at] !== b.bytes[at]) return false;
  return true;
}

function withNote({ difference }: Measured, note: string): InputExplanation {
  return { difference, best: undefined, rivals: [], sides: undefined, note };
}

function withText({ difference }: Measured, text: string): InputExplanation {
  return withNote({ difference: { ...difference, text }, squares: 0, nonFinite: 0 }, text);
}

function unexplained(deployed: Tensor, recorded: Tensor, note: string): InputExplanation {
  const none = { max: undefined, mean: undefined, share: undefined };
  const sides = {
    deployed: { dtype: deployed.dtype, dims: deployed.dims },
    recorded: { dtype: recorded.dtype, dims: recorded.dims },
  };
  return {
    difference: { ...sides, ...none, text: note },
    best: undefined,
    rivals: [],
    sides: undefined,
    note,
  };
}
