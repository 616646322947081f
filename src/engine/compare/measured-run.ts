import type { Measured } from '../diagnose/index.ts';
import type { TensorFacts } from '../graph/index.ts';
import type { PairedTensor } from '../match/index.ts';
import type { ExecuteRequest, Plan } from '../run/index.ts';
import { execute } from '../run/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { stage } from './context.ts';
import type { FedInput } from './inputs.ts';
import type { Made } from './measurer.ts';
import { unjudgedRow } from './rows.ts';

export interface MeasuredRun {
  readonly name: 'free-run' | 'value-check' | 'fed-run';
  readonly sample: number;
  readonly plan: Plan;
  readonly facts: ReadonlyMap<string, TensorFacts>;
  readonly inputs: readonly FedInput[];
  /** Module path per node: what `--include` and `--exclude` are matched against. */
  readonly scopeOf: readonly string[];
  readonly paired: ReadonlyMap<string, PairedTensor>;
  readonly fed: ExecuteRequest['fed'];
  readonly wants: (tensor: string) => boolean;
  readonly onTensor?: (name: string, tensor: Tensor) => void;
}

/** Executes the plan and measures every value as its segment is done. */
export async function measuredRun(
  context: CompareContext,
  request: MeasuredRun,
): Promise<Map<string, Measured>> {
  const { name: stageName, plan, paired } = request;
  const measured = new Map<string, Measured>();
  let made: Made[] = [];
  await execute({
    model: context.model,
    graph: context.graph,
    facts: request.facts,
    plan,
    settings: context.settings,
    arena: context.arena,
    carryLimit: context.options.memoryBytes * 0.2,
    inputs: new Map(request.inputs.map((input) => [input.name, input.tensor])),
    fed: request.fed,
    wants: request.wants,
    onTensor: (name, tensor) => {
      request.onTensor?.(name, tensor);
      made.push(toMeasure(context, request, name, tensor));
    },
    onSegment: (node, segment) =>
      stage(context, stageName, segment, plan.segments.length, context.graph.nodes[node]?.name ?? ''),
    onSegmentDone: () => {
      for (const [name, one] of context.measurer.measureAll(request.sample, made)) {
        measured.set(name, one);
        if (stageName === 'free-run') {
          context.emit({ type: 'row', row: unjudgedRow(context, name, one, paired.get(name)) });
        }
      }
      made = [];
    },
  });
  return measured;
}

/** What is left out by name is still run and looked at: tolerances need the magnitudes inside a stretch. */
function toMeasure(context: CompareContext, request: MeasuredRun, name: string, tensor: Tensor): Made {
  const pair = isSelected(context, request.scopeOf, name) ? request.paired.get(name)?.primary : undefined;
  return {
    name,
    tensor,
    entry: pair?.entry,
    how: {
      entry: pair?.entry.key,
      transform: pair?.transform ?? { kind: 'none' },
      withSlices: request.name === 'fed-run',
      atol: context.options.atol,
      rtol: context.options.rtol,
    },
  };
}

/** By `--include` and `--exclude`; graph outputs are always compared. */
export function isSelected(context: CompareContext, scopeOf: readonly string[], name: string): boolean {
  const tensor = context.graph.tensors.get(name);
  if (tensor?.producer === undefined || tensor.isOutput) return true;
  return context.selects(
    scopeOf[tensor.producer] ?? '',
    context.graph.nodes[tensor.producer]?.name ?? '',
    name,
  );
}
