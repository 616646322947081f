import { formatList, formatNumber, plural } from '../../shared/format.ts';
import type { PromptStep, PromptStepKind } from '../../shared/prompt.ts';
import { alikeRows, directionsOf, sortedDirections } from './directions.ts';
import type { Rows } from './rows.ts';
import { distance, isParallel, isSame, isZero, norm, rowOf } from './rows.ts';

/** More rows than any list of prompts has: all pairs of rows are looked at. */
export const MOST_ROWS = 2048;

/**
 * What was done to the recorded prompts to get the deployed ones: normalised, reordered, padded, shortened.
 * Widths must be the same. Empty where the rows are the same but for the order of sums.
 */
export function relateRows(deployed: Rows, recorded: Rows): PromptStep[] {
  if (Math.max(deployed.count, recorded.count) > MOST_ROWS) return [tooMany(deployed, recorded)];
  const own = directionsOf(deployed.values, deployed.count, deployed.width);
  const theirs = sortedDirections(directionsOf(recorded.values, recorded.count, recorded.width));
  const alike = indices(deployed.count).map((row) => alikeRows(theirs, own, row));
  const exact = assign(deployed, recorded, alike, isSame);
  const parallel = assign(deployed, recorded, alike, isParallel);
  const isScaled = matched(parallel) > matched(exact);
  const partner = isScaled ? parallel : exact;
  const used = new Set(partner.filter((row) => row !== undefined));
  const left = indices(recorded.count).filter((row) => !used.has(row));
  const open = indices(deployed.count).filter((row) => partner[row] === undefined);
  const steps = [
    ...(isScaled ? [lengths(deployed, recorded, partner)] : []),
    ...order(partner),
    ...extra(deployed, open, left, recorded.count),
    ...lost(recorded, left, open),
  ];
  return steps.length > 0 ? steps : rounded(deployed, recorded, partner);
}

/** Of a row's length: what summing in another order does, and less than float16 keeps. */
const SUMMING = 1e-5;

/** The same rows, held in fewer bits. */
function rounded(deployed: Rows, recorded: Rows, partner: Partners): PromptStep[] {
  const off = partner.map((other, row) =>
    other === undefined ? 0 : distance(rowOf(deployed, row), rowOf(recorded, other)),
  );
  const most = Math.max(0, ...off);
  if (most <= SUMMING) return [];
  const rows = off.flatMap((one, row) => (one > SUMMING ? [row] : []));
  return [
    step(
      'rounded',
      `the rows are PyTorch's but for rounding (off by up to ${formatNumber(most)} of their length): held in fewer bits, such as float16`,
      'keep the embeddings in the dtype that PyTorch has them in',
      rows,
      rows.map((row) => partner[row] ?? row),
    ),
  ];
}

function tooMany({ count }: Rows, recorded: Rows): PromptStep {
  return step('replaced', `${count} rows against ${recorded.count}: too many to be told apart`, '', [], []);
}

type Partners = readonly (number | undefined)[];

/**
 * Each deployed row's recorded one, each used once: the one in the same place before any other.
 * @param alike for each deployed row the recorded ones that may fit.
 */
function assign(
  deployed: Rows,
  recorded: Rows,
  alike: readonly (readonly number[])[],
  fits: (a: Float64Array, b: Float64Array) => boolean,
): Partners {
  const partner = new Array<number | undefined>(deployed.count).fill(undefined);
  const used = new Set<number>();
  const take = (row: number, candidates: readonly number[]): void => {
    if (partner[row] !== undefined) return;
    const found = candidates.find(
      (one) => !used.has(one) && fits(rowOf(deployed, row), rowOf(recorded, one)),
    );
    if (found === undefined) return;
    partner[row] = found;
    used.add(found);
  };
  for (const [row, rows] of alike.entries()) if (rows.includes(row)) take(row, [row]);
  for (const [row, rows] of alike.entries()) take(row, rows);
  return partner;
}

function matched(partners: Partners): number {
  return partners.filter((row) => row !== undefined).length;
}

function lengths(deployed: Rows, recorded: Rows, partner: Partners): PromptStep {
  const pairs = partner.flatMap((other, row) => (other === undefined ? [] : [[row, other] as const]));
  const own = pairs.map(([row]) => norm(rowOf(deployed, row)));
  const theirs = pairs.map(([, other]) => norm(rowOf(recorded, other)));
  const rows = pairs.map(([row]) => row);
  const others = pairs.map(([, other]) => other);
  if (areOnes(theirs))
    return step(
      'normalised',
      `the rows are not L2-normalised (lengths ${span(own)}), PyTorch's are`,
      'divide each row by its L2 norm before it goes into the model',
      rows,
      others,
    );
  if (areOnes(own))
    return step(
      'normalised',
      `the rows are L2-normalised, PyTorch's are not (lengths ${span(theirs)})`,
      'leave out the normalisation: the model was given the rows as they are',
      rows,
      others,
    );
  const ratio = own.map((length, index) => length / (theirs[index] ?? 1));
  return step('scaled', `the rows are ${span(ratio)} × PyTorch's`, 'use the same factor', rows, others);
}

const UNIT = 1e-3;

function areOnes(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value - 1) < UNIT);
}

function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high - low < UNIT * high ? formatNumber(high) : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function order(partner: Partners): PromptStep[] {
  const kept = partner.filter((row) => row !== undefined);
  const rising = kept.every((row, index) => index === 0 || row > (kept[index - 1] ?? -1));
  if (rising) return [];
  const falling = kept.every((row, index) => index === 0 || row < (kept[index - 1] ?? Infinity));
  const rows = partner.flatMap((other, row) => (other === undefined ? [] : [row]));
  const fix = 'give the prompts in the order in which the class names are read';
  if (falling && kept.length > 1)
    return [step('reversed', 'the rows are in the reverse order', fix, rows, kept)];
  return [
    step(
      'reordered',
      `the rows are in another order: PyTorch's ${kept.slice(0, 12).join(', ')}${kept.length > 12 ? ', …' : ''}`,
      fix,
      rows,
      kept,
    ),
  ];
}

/** Deployed rows that are none of the recorded ones: in place of some of them, or added. */
function extra(
  deployed: Rows,
  open: readonly number[],
  left: readonly number[],
  recorded: number,
): PromptStep[] {
  if (open.length === 0) return [];
  if (left.length === 0 || open.length > left.length) return [paddedWith(deployed, open, recorded)];
  const filled = fillOf(deployed, open);
  if (filled !== 'other prompts')
    return [
      step(
        'padded',
        `padded with ${filled}, in place of PyTorch's ${left.length === 1 ? 'row' : 'rows'} ${formatList(left.map(String), 6)}`,
        'pad as PyTorch does',
        open,
        left,
      ),
    ];
  const text = `${plural(open.length, 'row')} (${formatList(open.map(String), 6)}) ${open.length === 1 ? 'is' : 'are'} none of PyTorch's: other prompts, or another text encoder`;
  return [step('replaced', text, 'embed the same texts with the same encoder', open, left)];
}

function paddedWith(deployed: Rows, open: readonly number[], recorded: number): PromptStep {
  return step(
    'padded',
    `padded with ${fillOf(deployed, open)}: ${plural(open.length, 'row')} more than PyTorch's ${recorded}`,
    'give the model as many rows as PyTorch has, or pad as PyTorch does',
    open,
    [],
  );
}

/** What rows that are none of PyTorch's were filled with. */
function fillOf(deployed: Rows, open: readonly number[]): string {
  const last = Math.min(...open) - 1;
  const own = indices(deployed.count).filter((row) => !open.includes(row));
  const areCopiesOf = (others: readonly number[]): boolean =>
    open.every((row) => others.some((other) => isSame(rowOf(deployed, row), rowOf(deployed, other))));
  if (open.every((row) => isZero(rowOf(deployed, row)))) return 'zeros';
  if (last >= 0 && areCopiesOf([last])) return `the last prompt (copies of row ${last})`;
  return areCopiesOf(own) ? 'other prompts of the list' : 'other prompts';
}

/** Recorded rows that the deployed side does not have. */
function lost(recorded: Rows, left: readonly number[], open: readonly number[]): PromptStep[] {
  if (left.length === 0 || open.length >= left.length) return [];
  const names = formatList(left.map(String), 6);
  const tail = isTail(left, recorded.count);
  const last = Math.min(...left) - 1;
  const what = left.every((row) => isZero(rowOf(recorded, row)))
    ? 'zeros'
    : last >= 0 && left.every((row) => isSame(rowOf(recorded, row), rowOf(recorded, last)))
      ? `copies of row ${last}`
      : left.length === 1
        ? 'a prompt of its own, such as a blank one'
        : 'prompts of their own';
  return [
    step(
      tail ? 'shortened' : 'dropped',
      `without PyTorch's ${left.length === 1 ? 'row' : 'rows'} ${names} (${what})`,
      "export with all of PyTorch's rows",
      [],
      left,
    ),
  ];
}

function isTail(rows: readonly number[], count: number): boolean {
  return rows.every((row, index) => row === count - rows.length + index);
}

function step(
  kind: PromptStepKind,
  text: string,
  fix: string,
  deployed: readonly number[],
  recorded: readonly number[],
): PromptStep {
  return { kind, text, fix, deployed, recorded };
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
