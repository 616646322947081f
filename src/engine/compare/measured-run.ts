import type { Measured } from '../diagnose/index.ts';
import type { Dump, DumpEntry } from '../dump/index.ts';
import type { Graph, TensorFacts } from '../graph/index.ts';
import type { PairedTensor } from '../match/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { Arena, ExecuteRequest, Plan, SessionSettings } from '../run/index.ts';
import { execute } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { fedKey } from './fed-edges.ts';
import type { Ignored } from './ignored.ts';
import type { Measuring } from './measure.ts';
import { measure, STATISTICS_ONLY } from './measure.ts';

/** What a thread runs and measures with: dump, comparer and arena are its own. */
export interface Workbench {
  readonly model: OnnxModel;
  readonly graph: Graph;
  readonly dump: Dump;
  readonly comparer: Comparer;
  readonly arena: Arena;
  /** Bytes of carried values kept in memory. */
  readonly carryLimit: number;
}

export interface MeasuredRun {
  readonly plan: Plan;
  readonly settings: SessionSettings;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly entries: ReadonlyMap<string, DumpEntry>;
  /** By tensor; of those not in it only statistics are taken. */
  readonly how: ReadonlyMap<string, Measuring>;
  readonly fed: ExecuteRequest['fed'];
  readonly wants: (tensor: string) => boolean;
  readonly onTensor?: (name: string, tensor: Tensor) => void;
  readonly onMeasured?: (name: string, measured: Measured) => void;
  readonly onSegment?: (firstNode: number, segment: number) => void;
}

/** Executes the plan and measures every value as it appears; those of dtypes that do not compare are left out. */
export async function measuredRun(bench: Workbench, request: MeasuredRun): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  await execute({
    ...bench,
    ...request,
    onSegment: request.onSegment ?? (() => undefined),
    onTensor: (name, tensor, fed) => {
      request.onTensor?.(name, tensor);
      const how = request.how.get(name) ?? STATISTICS_ONLY;
      const entry = how.entry === undefined ? undefined : request.entries.get(how.entry);
      // What its consumers were fed need not be read again.
      const loaded = entry === undefined ? undefined : fed.get(fedKey(entry, name, how.transform));
      const one = measure(bench.comparer, bench.dump, tensor, entry, how, loaded);
      if (one === undefined) return;
      measured.set(name, one);
      request.onMeasured?.(name, one);
    },
  });
  return measured;
}

/**
 * How each paired tensor is measured. What is left out by name is still run and looked at: tolerances need the
 * magnitudes inside a stretch.
 */
export function measuringOf(
  context: CompareContext,
  scopeOf: readonly string[],
  paired: ReadonlyMap<string, PairedTensor>,
  withSlices: boolean,
  ignored: Ignored | undefined,
): Map<string, Measuring> {
  const how = new Map<string, Measuring>();
  const { atol, rtol } = context.options;
  for (const [name, { primary }] of paired) {
    if (!isSelected(context, scopeOf, name)) continue;
    how.set(name, {
      entry: primary.entry.key,
      transform: primary.transform,
      withSlices,
      atol,
      rtol,
      ignored,
    });
  }
  return how;
}

/** By `--include` and `--exclude`, against module path, node and tensor; graph outputs are always compared. */
export function isSelected(context: CompareContext, scopeOf: readonly string[], name: string): boolean {
  const tensor = context.graph.tensors.get(name);
  if (tensor?.producer === undefined || tensor.isOutput) return true;
  return context.selects(
    scopeOf[tensor.producer] ?? '',
    context.graph.nodes[tensor.producer]?.name ?? '',
    name,
  );
}
