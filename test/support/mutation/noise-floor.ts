import type ort from 'onnxruntime-node';
import type { Proto } from '../edit-model.ts';
import { effect } from '../tensor-effect.ts';
import { feedsMoved, weightsMoved } from './one-ulp.ts';
import type { Values } from './plain-run.ts';
import { runPlain } from './plain-run.ts';

const SEEDS = 3;

/** Half a unit in the last place of float32, relative: no value is known better. */
const LEAST = 2 ** -24;

/**
 * Noise floor of each output of a model: how far it moves when every float that goes in, weights as well, moves by one
 * ULP, or how far it is from what torch recorded, whichever is larger. Largest difference ÷ largest magnitude.
 */
export async function floorsOf(
  proto: Proto,
  feeds: Readonly<Record<string, ort.Tensor>>,
  healthy: ReadonlyMap<string, Values>,
  recorded: ReadonlyMap<string, Values>,
  random: () => number,
): Promise<ReadonlyMap<string, number>> {
  const runs: (ReadonlyMap<string, Values> | undefined)[] = [];
  for (let seed = 0; seed < SEEDS; seed++)
    runs.push(await runPlain(weightsMoved(proto, random), feedsMoved(feeds, random)));
  return new Map(
    [...healthy].map(([name, { numbers }]) => {
      const others = [...runs.map((run) => run?.get(name)), recorded.get(name)];
      const floors = others.map((other) => (other === undefined ? 0 : effect(numbers, other.numbers)));
      return [name, Math.max(LEAST, ...floors)];
    }),
  );
}
