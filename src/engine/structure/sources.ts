import { printable } from '../../shared/errors.ts';
import type { ErrorFacts } from './facts.ts';
import { operandAt } from './operand-at.ts';

/** Values an error may depend on, one an element of the output: the reference itself, then the operands. */
export interface Source {
  /** "the reference", "operand x". Printable. */
  readonly name: string;
  /** −1 for the reference, else the operand's place. */
  readonly operand: number;
  readonly at: (index: number) => number;
}

const LONGEST = 80;

export function operandSources(facts: ErrorFacts): Source[] {
  return facts.operands.flatMap((operand, place) => {
    const at = operandAt(operand, facts.dims);
    const name = printable(
      operand.name.length > LONGEST ? `${operand.name.slice(0, LONGEST)}…` : operand.name,
    );
    return at === undefined ? [] : [{ name: `operand ${name}`, operand: place, at }];
  });
}

export function sources(facts: ErrorFacts): Source[] {
  const { reference } = facts;
  const own = { name: 'the reference', operand: -1, at: (index: number) => reference[index] ?? NaN };
  return [own, ...operandSources(facts)];
}
