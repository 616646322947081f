import { cloneProto } from '../edit-model.ts';
import type { Proto } from '../edit-model.ts';
import { effect } from '../tensor-effect.ts';
import { cutOut } from './cut-out.ts';
import type { Mutation } from './mutation.ts';
import type { Values } from './plain-run.ts';
import { runPlain } from './plain-run.ts';
import type { Subject } from './subject.ts';

/** An edit's effect on one tensor, largest difference ÷ largest magnitude, and that tensor's noise floor. */
export interface Effect {
  readonly tensor: string;
  readonly effect: number;
  readonly floor: number;
}

export const timesFloor = ({ effect: size, floor }: Effect): number => size / floor;

/** Paired tensors whose stretches hold one of the edited nodes: the first that an edit can show at. */
export function targetsOf(subject: Subject, { origins }: Mutation): string[] {
  return [...subject.stretches]
    .filter(([, nodes]) => origins.some((name) => nodes.has(name)))
    .map(([target]) => target);
}

/**
 * Original and mutant stretch on the recorded inputs, at the target where the edit shows most.
 * @returns undefined where the runtime refuses the mutant stretch, it has no target, or shapes change.
 */
export async function ownEffect(subject: Subject, mutation: Mutation): Promise<Effect | undefined> {
  const targets = targetsOf(subject, mutation);
  if (targets.length === 0) return undefined;
  const copy = cloneProto(subject.proto);
  mutation.applyInPlace(copy);
  const changed = await runPlain(cutOut(copy, subject.recorded, targets), subject.feeds);
  return largest(targets, subject.own, changed, subject.ownFloors);
}

/**
 * Original and mutant model from the model inputs, at the graph output that moves most.
 * @returns undefined where the runtime refuses the mutant, or shapes change.
 */
export async function outputEffect(subject: Subject, mutant: Proto): Promise<Effect | undefined> {
  const changed = await runPlain(mutant, subject.feeds);
  return largest([...subject.outputs.keys()], subject.outputs, changed, subject.outputFloors);
}

function largest(
  names: readonly string[],
  before: ReadonlyMap<string, Values>,
  after: ReadonlyMap<string, Values> | undefined,
  floors: ReadonlyMap<string, number>,
): Effect | undefined {
  const effects: Effect[] = [];
  for (const name of names) {
    const original = before.get(name);
    const changed = after?.get(name);
    if (original === undefined || changed === undefined) return undefined;
    if (original.dims.join() !== changed.dims.join()) return undefined;
    effects.push({
      tensor: name,
      effect: effect(original.numbers, changed.numbers),
      floor: floors.get(name) ?? NaN,
    });
  }
  return effects.sort((a, b) => timesFloor(b) - timesFloor(a))[0];
}
