import { formatList, plural } from '../../shared/format.ts';
import type { PromptStep, PromptStepKind } from '../../shared/prompt.ts';

/** Longer sequences are compared position by position only: the search for a shift is quadratic in its reach. */
const REACH = 64;

/**
 * What was done to recorded token ids to get the deployed ones: padded on the other side or with another id, cut,
 * without special tokens, shifted, others altogether. Both are one sequence; empty where they are equal.
 */
export function relateTokens(deployed: readonly number[], recorded: readonly number[]): PromptStep[] {
  if (isEqual(deployed, recorded)) return [];
  for (const side of SIDES) {
    const [own, theirs] = [unpadded(deployed, side.deployed), unpadded(recorded, side.recorded)];
    if (own.tokens.length === 0 || !isEqual(own.tokens, theirs.tokens) || !arePaddings(own, theirs)) continue;
    return paddingSteps(own, theirs, deployed.length, recorded.length);
  }
  const [own, theirs] = [unpadded(deployed, 'end').tokens, unpadded(recorded, 'end').tokens];
  const [part] = [...inside(deployed, recorded), ...inside(own, theirs)];
  return [part ?? elsewhere(deployed, recorded)];
}

type Side = 'start' | 'end' | 'none';

const SIDES: readonly { readonly deployed: Side; readonly recorded: Side }[] = [
  { deployed: 'none', recorded: 'end' },
  { deployed: 'end', recorded: 'none' },
  { deployed: 'end', recorded: 'end' },
  { deployed: 'start', recorded: 'end' },
  { deployed: 'end', recorded: 'start' },
  { deployed: 'start', recorded: 'start' },
  { deployed: 'none', recorded: 'start' },
  { deployed: 'start', recorded: 'none' },
];

/** One token that differs is no padding; a run, or an id that both sides have at their ends, is. */
function arePaddings(own: Unpadded, theirs: Unpadded): boolean {
  const isOneSided = own.side === 'none' || theirs.side === 'none';
  return isOneSided || own.pad === theirs.pad || Math.min(own.count, theirs.count) > 1;
}

interface Unpadded {
  readonly tokens: readonly number[];
  readonly side: Side;
  readonly pad: number | undefined;
  readonly count: number;
}

/** Without the run of one id at an end: what padding looks like. */
function unpadded(tokens: readonly number[], side: Side): Unpadded {
  if (side === 'none' || tokens.length === 0) return { tokens, side: 'none', pad: undefined, count: 0 };
  const ordered = side === 'end' ? [...tokens].reverse() : tokens;
  const [pad] = ordered;
  const other = ordered.findIndex((id) => id !== pad);
  const count = other < 0 ? tokens.length - 1 : other;
  const kept = side === 'end' ? tokens.slice(0, tokens.length - count) : tokens.slice(count);
  return { tokens: kept, side, pad, count };
}

function paddingSteps(own: Unpadded, theirs: Unpadded, length: number, recorded: number): PromptStep[] {
  const steps: PromptStep[] = [];
  if (own.count > 0 && theirs.count > 0 && own.side !== theirs.side)
    steps.push(
      step(
        'pad-side',
        `padded at the ${own.side}, PyTorch's at the ${theirs.side}`,
        `pad at the ${theirs.side} (padding_side)`,
      ),
    );
  if (own.count > 0 && theirs.count > 0 && own.pad !== theirs.pad)
    steps.push(
      step(
        'pad-id',
        `padded with ${own.pad ?? ''} where PyTorch's is padded with ${theirs.pad ?? ''}`,
        'use the same padding id',
      ),
    );
  if (own.count !== theirs.count)
    steps.push(
      step(
        'pad-length',
        `the same text, ${lengthText(own, length)} where PyTorch's is ${lengthText(theirs, recorded)}`,
        'pad to the same length, and give the attention mask that says where the text is',
      ),
    );
  return steps;
}

function lengthText({ count }: Unpadded, length: number): string {
  return count === 0 ? `${plural(length, 'token')} without padding` : `padded to ${length}`;
}

/** One sequence is a part of the other: cut, or without what a tokenizer puts around a text. */
function inside(own: readonly number[], theirs: readonly number[]): PromptStep[] {
  const at = (whole: readonly number[], part: readonly number[]): number =>
    Array.from({ length: whole.length - part.length + 1 }, (_, start) => start).findIndex((start) =>
      part.every((id, index) => whole[start + index] === id),
    );
  if (own.length === 0 || theirs.length === 0 || own.length === theirs.length) return [];
  const isShorter = own.length < theirs.length;
  const [whole, part] = isShorter ? [theirs, own] : [own, theirs];
  const start = at(whole, part);
  if (start < 0) return [];
  const around = [...whole.slice(0, start), ...whole.slice(start + part.length)];
  const isSpecial = start === 1 || (start === 0 && around.length <= 2);
  const ids = formatList(around.map(String), 6);
  if (isSpecial && around.length <= 2)
    return [
      step(
        'special-tokens',
        `${isShorter ? 'without' : 'with'} ${plural(around.length, 'token')} (${ids}) around the text that PyTorch's ${isShorter ? 'has' : 'has not'}: special tokens such as BOS and EOS`,
        `tokenize with add_special_tokens=${isShorter ? 'True' : 'False'}`,
      ),
    ];
  return [
    step(
      isShorter ? 'shortened' : 'padded',
      isShorter
        ? `cut: ${plural(around.length, 'token')} of PyTorch's are missing (${ids})`
        : `${plural(around.length, 'token')} more than PyTorch's (${ids})`,
      'tokenize to the same length',
    ),
  ];
}

/** Same length, other content. */
function elsewhere(deployed: readonly number[], recorded: readonly number[]): PromptStep {
  const length = Math.min(deployed.length, recorded.length);
  const overlap = (shift: number): boolean => {
    const [a, b] = shift > 0 ? [deployed.slice(shift), recorded] : [deployed, recorded.slice(-shift)];
    const common = Math.min(a.length, b.length);
    return common > 1 && a.slice(0, common).every((id, index) => id === b[index]);
  };
  for (let by = 1; by <= Math.min(REACH, length - 2); by++)
    for (const shift of [by, -by])
      if (overlap(shift))
        return step(
          'shifted',
          `shifted by ${plural(by, 'position')} towards the ${shift > 0 ? 'end' : 'start'}`,
          'check where the first token goes',
        );
  const apart = Array.from({ length }, (_, index) => index).filter(
    (index) => deployed[index] !== recorded[index],
  );
  const [first = length] = apart;
  return step(
    'tokens',
    `other tokens at ${apart.length} of ${length} positions, first at ${first} (${deployed[first] ?? 'none'} where PyTorch has ${recorded[first] ?? 'none'})`,
    'tokenize the same text with the same tokenizer',
  );
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function step(kind: PromptStepKind, text: string, fix: string): PromptStep {
  return { kind, text, fix, deployed: [], recorded: [] };
}
