import type { ValueStats } from '../../shared/comparison.ts';
import { epsilonOf, isFloatDtype } from '../../shared/dtype.ts';
import { formatShape } from '../../shared/format.ts';
import type { OutputRow, TensorRow } from '../../shared/report.ts';
import type { CompareContext } from './context.ts';

/**
 * Graph outputs whose values are the reference's in another order or shape. Inside the graph a layout is the runtime's
 * own affair; whoever reads an output meets it. A pair that the user's map gave is what the user wants, and a bare dump
 * whose other tensors are turned as well was only saved in another layout.
 */
export function outputLayouts(context: CompareContext, rows: readonly TensorRow[]): string[] {
  const texts: string[] = [];
  for (const row of rows) {
    if (context.graph.tensors.get(row.name)?.isOutput !== true) continue;
    const pair = row.pairs.find((one) => one.rule !== 'alias');
    if (pair === undefined || pair.rule === 'map' || pair.transform === 'none') continue;
    if (context.dump.recording === undefined && !rows.some((other) => isPlain(other, row))) continue;
    texts.push(
      pair.transform === 'reshape'
        ? `output ${row.name} has the shape ${formatShape(row.shape)}, the reference another with as many elements`
        : `output ${row.name} has its axes in another order than the reference (${pair.transform.permutation.join(', ')})`,
    );
  }
  return texts;
}

/** Another tensor of the same rank that pairs as it is: the reference's layout is the candidate's. */
function isPlain(other: TensorRow, row: TensorRow): boolean {
  const pair = other.pairs.find((one) => one.rule !== 'alias');
  return other.name !== row.name && other.shape?.length === row.shape?.length && pair?.transform === 'none';
}

/** Outputs that are off by a few roundings of their own dtype have lost nothing. */
const ROUNDINGS = 4;

const QUANTIZING = new Set([
  'QuantizeLinear',
  'DynamicQuantizeLinear',
  'QLinearConv',
  'QLinearMatMul',
  'MatMulNBits',
]);

/**
 * What in the candidate rounds more coarsely than the reference, where an output has moved beyond its tolerance: no node
 * is at fault then, and the model is not healthy either.
 */
export function coarseArithmetic(
  context: CompareContext,
  rows: readonly TensorRow[],
  outputs: readonly OutputRow[],
): string | undefined {
  if (outputs.every((output) => output.withinTolerance !== false)) return undefined;
  const quantizing = context.graph.nodes.filter((node) => QUANTIZING.has(node.opType)).length;
  if (quantizing > 0) return `quantization (${quantizing} nodes)`;
  const dtypes = new Map((context.dump.samples[0]?.entries ?? []).map((entry) => [entry.key, entry.dtype]));
  for (const row of rows) {
    const reference = dtypes.get(row.pairs[0]?.entry ?? '');
    if (
      row.dtype === undefined ||
      reference === undefined ||
      !isFloatDtype(row.dtype) ||
      !isFloatDtype(reference)
    )
      continue;
    const moved = outputs.reduce((most, output) => Math.max(most, output.relativeL2 ?? 0), 0);
    const floor = ROUNDINGS * epsilonOf(row.dtype);
    if (epsilonOf(row.dtype) > epsilonOf(reference) && moved > floor)
      return `${row.dtype} instead of ${reference}`;
  }
  const overflown = rows.filter(isOverflownReference);
  const [first] = overflown;
  return first === undefined
    ? undefined
    : `${first.dtype ?? ''} overflowing in the recorded run (${first.node})`;
}

/** Values that left a narrow float's range in the recorded run and not in this one, which computes more widely. */
function isOverflownReference({ dtype, total }: TensorRow): boolean {
  if (total === undefined || (dtype !== 'float16' && dtype !== 'bfloat16')) return false;
  const lost = ({ nan, posInf, negInf }: ValueStats): number => nan + posInf + negInf;
  return lost(total.reference) > lost(total.candidate);
}
