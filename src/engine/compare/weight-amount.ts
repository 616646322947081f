import { formatNumber } from '../../shared/format.ts';
import type { RecordedParameter } from '../dump/index.ts';
import type { OnnxTensor } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { CompareContext } from './context.ts';
import { differenceTo, parameterValues } from './folded-weights.ts';

/**
 * By how much an initializer differs from the recorded parameter: element by element where the dump has the values
 * (`weights="full"`), else by what is known of both. Undefined where nothing can be said.
 */
export function weightAmount(
  context: CompareContext,
  tensor: OnnxTensor,
  parameter: RecordedParameter,
): string | undefined {
  const recorded = parameterValues(context, parameter.name)?.values;
  const error = recorded === undefined ? undefined : differenceTo(context, tensor, recorded);
  if (error === Infinity) return 'it has another number of elements';
  if (error !== undefined) return `they differ by up to ${formatNumber(error)} of the largest`;
  const { dtype, dims } = tensor;
  if (dtype !== 'float32' && dtype !== 'float16' && dtype !== 'float64') return undefined;
  const { bytes } = tensorOf(context.original.model, tensor);
  const here = context.comparer.stats({ dtype, bytes });
  const there = parameter.stats;
  const isOther =
    dims.reduce((all, dim) => all * dim, 1) !== parameter.dims.reduce((all, dim) => all * dim, 1);
  if (isOther) return 'it has another number of elements';
  return `mean ${formatNumber(here.mean)} and std ${formatNumber(here.std)}, recorded ${formatNumber(there.mean)} and ${formatNumber(there.std)}; record with weights="full" to see which elements`;
}
