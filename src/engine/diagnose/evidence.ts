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
  /** Statistics of an initializer. */
  readonly weight: (name: string) => KnownValue | undefined;
}
