import { isComparableDtype } from '../../shared/dtype.ts';
import type { Dump, DumpEntry, DumpSample } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { numbersOf } from './numbers-of.ts';
import { readEntry } from './read-entry.ts';

type Outputs = ReadonlyMap<string, Tensor>;

/** Recorded outputs by the graph's names: by name where all have one, else by position where there are as many. */
export function outputEntries({ outputs: names }: Graph, { outputs }: DumpSample): Map<string, DumpEntry> {
  const byName = new Map(outputs.map(({ name, entry }) => [name, entry]));
  const isNamed = names.every((name) => byName.has(name));
  if (!isNamed && names.length !== outputs.length) return new Map();
  return new Map(
    names.flatMap((name, index): [string, DumpEntry][] => {
      const entry = isNamed ? byName.get(name) : outputs[index]?.entry;
      return entry === undefined ? [] : [[name, entry]];
    }),
  );
}

/** The values of those that compare. */
export function recordedOutputs(graph: Graph, dump: Dump, sample: DumpSample): Outputs {
  const entries = [...outputEntries(graph, sample)].filter(([, { dtype }]) => isComparableDtype(dtype));
  return new Map(entries.map(([name, entry]) => [name, readEntry(dump, entry)]));
}

export interface Evidence {
  /** Of the candidate with the constants that it holds. */
  readonly own: Outputs;
  readonly recorded: Outputs;
}

/** Relative L2 up to which outputs are the recorded ones: what deep models round. */
const ROUNDING = 1e-4;

/** Each takes a run of the model. */
const MOST_TRIALS = 8;

/**
 * Constants that look like other prompts and are: PyTorch's outputs must be nearer with the recorded values in their
 * place. A mask, a table of positions or a normalised copy that only resembles a recorded value moves the outputs away.
 * All of them where no recorded output can tell.
 * @param outputsWith the candidate's outputs with the recorded values of some of them; in words why it does not run.
 */
export async function supported<T>(
  found: readonly T[],
  { own, recorded }: Evidence,
  outputsWith: (some: readonly T[]) => Promise<Outputs | string>,
): Promise<readonly T[]> {
  const before = apart(own, recorded);
  if (before === undefined) return found;
  const errorWith = async (some: readonly T[]): Promise<number> => {
    const outputs = await outputsWith(some);
    return typeof outputs === 'string' ? Infinity : (apart(outputs, recorded) ?? Infinity);
  };
  let [kept, error] = [found, await errorWith(found)];
  // It gives PyTorch's outputs as it is: what would move them is none of PyTorch's.
  if (before <= ROUNDING) return error <= ROUNDING ? found : [];
  while (error > ROUNDING && kept.length > 1 && kept.length <= MOST_TRIALS) {
    const fewer = kept.map((one) => kept.filter((other) => other !== one));
    const errors: number[] = [];
    for (const some of fewer) errors.push(await errorWith(some));
    const least = Math.min(...errors);
    if (least >= error) break;
    [kept, error] = [fewer[errors.indexOf(least)] ?? kept, least];
  }
  // Where it does not run nothing is known, and what moves no output is told as that.
  return error <= before || error === Infinity ? kept : [];
}

/** Root of the summed squares of the relative L2 of all outputs that both have; undefined where they have none. */
function apart(outputs: Outputs, recorded: Outputs): number | undefined {
  const both = [...recorded].flatMap(([name, target]) => {
    const value = outputs.get(name);
    return value === undefined ? [] : [relativeL2(value, target)];
  });
  return both.length === 0 ? undefined : Math.hypot(...both);
}

/** More than any two values of one shape are apart that have anything to do with each other. */
const APART = 1e6;

/** ‖a − b‖ ÷ ‖b‖; `APART` where the shapes are others or one side alone is not finite. */
function relativeL2(a: Tensor, b: Tensor): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (x?.length !== y?.length || x === undefined || y === undefined || !isAlike(a.dims, b.dims)) return APART;
  let [difference, size] = [0, 0];
  for (let at = 0; at < y.length; at++) {
    const [p, q] = [x[at] ?? NaN, y[at] ?? NaN];
    if (!Object.is(p, q)) difference += (p - q) ** 2;
    if (Number.isFinite(q)) size += q * q;
  }
  if (difference === 0) return 0;
  const share = Math.sqrt(difference / size);
  return share < APART ? share : APART;
}

/** Wrappers add and drop axes of one element. */
function isAlike(a: readonly number[], b: readonly number[]): boolean {
  const long = (dims: readonly number[]): string => dims.filter((dim) => dim !== 1).join();
  return long(a) === long(b);
}
