import { logChoose } from './evidence.ts';

/** A set of indices along one axis: how to say it, and how many such sets there are. */
export interface IndexSet {
  /** "3", "8 to 15, the last ones", "every 2nd from 1", "all but 3", "0, 4, 7 and 5 more". */
  readonly text: string;
  /** ln of the number of sets that would be said in the same way: what choosing this one from the data is worth. */
  readonly cost: number;
  /** Whether the set is easily said: a pattern, a minority, or all but a few. */
  readonly isPlain: boolean;
}

const SHOWN = 8;

/** @param members ascending, at least one, fewer than `length`. */
export function indexSet(members: readonly number[], length: number): IndexSet {
  const first = members[0] ?? 0;
  const last = members.at(-1) ?? 0;
  const step = (members[1] ?? first + 1) - first;
  const cheap = 2 * Math.log(length) + Math.log(2);
  if (members.length === 1) return { text: String(first), cost: Math.log(length), isPlain: true };
  if (members.every((member, place) => member === first + place * step)) {
    if (step === 1)
      return { text: `${first} to ${last}${tail(first, last, length)}`, cost: cheap, isPlain: true };
    // A pattern goes through the whole axis; else it is a list.
    if (members.length > 2 && first < step && last + step >= length) {
      return { text: `every ${ordinal(step)} from ${first}`, cost: cheap, isPlain: true };
    }
  }
  const cost = logChoose(length, members.length) + Math.log(length);
  const missing = length - members.length;
  if (missing <= 3) {
    const present = new Set(members);
    const others = Array.from({ length }, (_, index) => index).filter((index) => !present.has(index));
    return { text: `all but ${others.join(', ')}`, cost, isPlain: true };
  }
  const isPlain = members.length <= length / 2;
  if (members.length <= SHOWN) return { text: members.join(', '), cost, isPlain };
  const shown = members.slice(0, SHOWN - 1).join(', ');
  return { text: `${shown} and ${members.length - SHOWN + 1} more`, cost, isPlain };
}

function tail(first: number, last: number, length: number): string {
  if (last === length - 1) return ', the last ones';
  return first === 0 ? ', the first ones' : '';
}

function ordinal(n: number): string {
  const ten = n % 100;
  if (ten > 10 && ten < 14) return `${n}th`;
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}
