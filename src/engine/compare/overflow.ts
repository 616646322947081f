import type { ValueStats } from '../../shared/comparison.ts';
import { isComparableDtype, isFloatDtype, lowestOf } from '../../shared/dtype.ts';
import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Finding } from '../../shared/report.ts';
import type { Measured } from '../diagnose/index.ts';
import type { GraphNode } from '../graph/index.ts';
import type { CompareContext } from './context.ts';
import { replay, unlessRefused } from './replay.ts';
import { referenceValue } from './reference-value.ts';
import type { SampleRun } from './sample-run.ts';

/** Where values stop being finite on one side only, where that is lost from sight, and whether this run hides it. */
export async function overflowFindings(context: CompareContext, run: SampleRun): Promise<Finding[]> {
  const birth = firstBirth(context, run);
  if (birth === undefined) return [];
  const findings: Finding[] = [birth.finding];
  const isHalf = birth.dtype === 'float16' || birth.dtype === 'bfloat16';
  const alone =
    isHalf && !run.ownErrorsOnly ? await unlessRefused(() => nodeByNode(context, run), undefined) : undefined;
  const stats = alone?.stats ?? new Map([...run.free].map(([name, measured]) => [name, measured.stats]));
  const last = absorbing(context, stats, birth.node);
  if (last !== undefined) {
    const zeros = last.outputs.reduce((sum, name) => sum + newZeros(run, stats, name), 0);
    const result = zeros > 0 ? `: ${zeros} elements become 0 there` : '';
    findings.push({
      kind: 'absorbed',
      severity: 'warning',
      subject: last.outputs[0] ?? '',
      text: printable(`the values that are not finite are absorbed at ${last.opType} ${last.name}${result}`),
    });
  }
  for (const [output, error] of alone?.outputs ?? []) {
    const whole = run.free.get(output)?.comparison?.relativeL2 ?? 0;
    if (error <= 10 * whole && whole <= 10 * error) continue;
    findings.push({
      kind: 'hidden-overflow',
      severity: 'warning',
      subject: output,
      text: printable(
        `the CPU run computes ${birth.dtype} in float32 between nodes and hides this: ${output} is off by ${formatNumber(whole)} (relative L2) in the whole graph, by ${formatNumber(error)} when each node rounds to ${birth.dtype}, as other hardware does`,
      ),
    });
  }
  return findings;
}

interface Birth {
  readonly node: GraphNode;
  readonly dtype: string;
  readonly finding: Finding;
}

/** The first node, fed exact inputs or in the free run, whose values are finite on one side only. */
function firstBirth({ graph }: CompareContext, run: SampleRun): Birth | undefined {
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      const measured = [run.fed.get(name), run.free.get(name)].find(
        (one) => (one?.comparison?.nonFiniteMismatch ?? 0) > 0 || overflowsOnBoth(one),
      );
      const comparison = measured?.comparison;
      if (measured === undefined || comparison === undefined || !isFloatDtype(measured.type.dtype)) continue;
      const { candidate, reference } = comparison;
      if (comparison.nonFiniteMismatch === 0) return birthOnBoth(node, name, measured);
      const isOurs = lost(candidate) >= lost(reference);
      const [wrong, right] = isOurs ? [candidate, reference] : [reference, candidate];
      const limit = Math.abs(lowestOf(measured.type.dtype));
      const isNan = wrong.nan > right.nan;
      const what = isNan
        ? `${wrong.nan - right.nan} of ${wrong.count} values are NaN`
        : `${lost(wrong) - lost(right)} of ${wrong.count} values leave the range of ${measured.type.dtype} (${formatLimit(limit)})`;
      const whose = isOurs ? '' : ' in the recorded run';
      const held = `the ${isOurs ? 'reference' : 'candidate'} holds values up to ${formatNumber(right.maxAbs)}`;
      return {
        node,
        dtype: measured.type.dtype,
        finding: {
          kind: isNan ? 'nan' : 'overflow',
          severity: 'fault',
          subject: name,
          text: printable(`${node.opType} ${node.name}${whose}: ${what}; ${held}`),
        },
      };
    }
  }
  return undefined;
}

/** +∞ in a narrow float; masks hold −∞. */
function overflowsOnBoth(measured: Measured | undefined): boolean {
  const dtype = measured?.type.dtype;
  return (dtype === 'float16' || dtype === 'bfloat16') && (measured?.comparison?.candidate.posInf ?? 0) > 0;
}

function birthOnBoth(node: GraphNode, name: string, { type, stats }: Measured): Birth {
  const limit = formatLimit(Math.abs(lowestOf(type.dtype)));
  return {
    node,
    dtype: type.dtype,
    finding: {
      kind: 'overflow',
      severity: 'warning',
      subject: name,
      text: printable(
        `${node.opType} ${node.name}: ${stats.posInf} of ${stats.count} values leave the range of ${type.dtype} (${limit}) on both sides`,
      ),
    },
  };
}

function formatLimit(limit: number): string {
  return limit === 65504 ? '65504' : formatNumber(limit);
}

function lost({ nan, posInf, negInf }: Pick<ValueStats, 'nan' | 'posInf' | 'negInf'>): number {
  return nan + posInf + negInf;
}

/** The first node behind the birth that reads values which are not finite and makes only such that are. */
function absorbing(
  { graph }: CompareContext,
  stats: ReadonlyMap<string, ValueStats>,
  birth: GraphNode,
): GraphNode | undefined {
  const infected = new Set(birth.outputs);
  for (const node of graph.nodes.slice(birth.index + 1)) {
    if (!node.inputs.some((name) => infected.has(name))) continue;
    const made = node.outputs.map((name) => stats.get(name)).filter((one) => one !== undefined);
    if (made.length > 0 && made.every((one) => lost(one) === 0)) return node;
    for (const name of node.outputs) if (lost(stats.get(name) ?? NONE) > 0) infected.add(name);
  }
  return undefined;
}

const NONE = { nan: 0, posInf: 0, negInf: 0 };

function newZeros(run: SampleRun, stats: ReadonlyMap<string, ValueStats>, name: string): number {
  const expected = run.fed.get(name)?.comparison?.reference.zero;
  return expected === undefined ? 0 : Math.max(0, (stats.get(name)?.zero ?? 0) - expected);
}

/** Each node in a session of its own: what it makes is rounded to its dtype before the next one reads it. */
async function nodeByNode(
  context: CompareContext,
  run: SampleRun,
): Promise<{ stats: Map<string, ValueStats>; outputs: Map<string, number> }> {
  const { graph, comparer } = context;
  const stats = new Map<string, ValueStats>();
  const outputs = new Map<string, number>();
  await replay(context, run, {
    mode: 'free',
    tensors: new Set(run.free.keys()),
    cutAfter: new Set(graph.nodes.map((node) => node.index)),
    onTensor: (name, { dtype, dims, bytes }) => {
      if (!isComparableDtype(dtype) || !isFloatDtype(dtype)) return;
      stats.set(name, comparer.stats({ dtype, bytes }));
      const recorded =
        graph.tensors.get(name)?.isOutput === true ? referenceValue(context, run, name, dims) : undefined;
      if (recorded === undefined || !isComparableDtype(recorded.dtype)) return;
      const { comparison } = comparer.compare(
        { dtype, bytes },
        { dtype: recorded.dtype, bytes: recorded.bytes },
        { dims, atol: 0, rtol: 0 },
      );
      outputs.set(name, comparison.nonFiniteMismatch > 0 ? Infinity : comparison.relativeL2);
    },
  });
  return { stats, outputs };
}
