import type { SliceErrors, TensorComparison, ValueStats } from '../../shared/comparison.ts';
import type { DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import type { NameMatch, PairedTensor } from '../match/index.ts';
import type { TensorType } from '../tensor/index.ts';
import type { KnownValue } from './tolerance.ts';

/** A candidate tensor as one run showed it. */
export interface Measured {
  readonly type: TensorType;
  /** Candidate values. */
  readonly stats: ValueStats;
  /** Against its primary entry, where it has one of a type and size that compare. */
  readonly comparison: TensorComparison | undefined;
  readonly slices: SliceErrors | undefined;
}

/** How far a tensor moves when what it is computed from moves by one rounding. */
export interface Spread {
  /** Largest difference; Infinity where a value became, or no longer is, finite. */
  readonly maxAbs: number;
  readonly relativeL2: number;
  /** Share of elements that change at all: the measure of integers and bools. */
  readonly unequal: number;
  /** Largest difference in each slice of the axis that is judged by slices. */
  readonly slices: Float64Array | undefined;
}

/** Two entries that stand for one candidate tensor and hold different values: something happened in between. */
export interface AliasDifference {
  readonly tensor: string;
  readonly produced: DumpEntry;
  readonly consumed: DumpEntry;
  readonly comparison: TensorComparison;
}

/** An initializer that no form of a recorded parameter fits. */
export interface DifferingWeight {
  readonly initializer: string;
  readonly parameter: string;
  readonly detail: string;
}

/** Everything measured on one sample; nothing judged yet. */
export interface Evidence {
  readonly sample: number;
  readonly graph: Graph;
  readonly match: NameMatch;
  readonly paired: ReadonlyMap<string, PairedTensor>;
  readonly free: ReadonlyMap<string, Measured>;
  readonly fed: ReadonlyMap<string, Measured>;
  readonly isFed: (node: number, name: string) => boolean;
  readonly aliasDifferences: readonly AliasDifference[];
  readonly differingWeights: readonly DifferingWeight[];
  /** max|r32 − r64| per entry key, where a referee was recorded. */
  readonly referee: ReadonlyMap<string, number>;
  /** Keys of entries with values that the candidate's dtype cannot hold: what is fed them is infinite. */
  readonly unholdable: ReadonlySet<string>;
  /** Of stretches above their formula, fed exact inputs that were moved by one rounding. */
  readonly fedSpread: ReadonlyMap<string, Spread>;
  /** The same from the model inputs on: what rounding alone adds up to; empty where it was not measured. */
  readonly freeSpread: ReadonlyMap<string, Spread>;
  /** ε of arithmetic coarser than the dtypes tell (TF32, autocast) on either side; 0 where there is none. */
  readonly coarsest: number;
  /** Statistics of an initializer. */
  readonly weight: (name: string) => KnownValue | undefined;
}
