import { isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError } from '../../shared/errors.ts';
import type { ProbeRequest, TensorProbe } from '../../shared/probe.ts';
import { tensorOf } from '../onnx/index.ts';
import { tensorProbe } from '../probe/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { referenceValue } from './reference-value.ts';
import { replayed } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

/**
 * Looks inside one tensor of a finished comparison. Values are not kept by the runs: the nodes that lead to the tensor
 * are run again, for its own error only those between it and the fed values.
 * @throws LayerdiffError `bad-request` for a tensor or a run that there is not.
 */
export async function probe(
  context: CompareContext,
  run: SampleRun,
  request: ProbeRequest,
): Promise<TensorProbe> {
  const candidate = await valueOf(context, run, request);
  if (!isComparableDtype(candidate.dtype))
    throw new LayerdiffError('bad-request', `values of dtype ${candidate.dtype} cannot be shown`, {
      place: request.tensor,
    });
  return tensorProbe(candidate, referenceValue(context, run, request.tensor, candidate.dims), request);
}

async function valueOf(context: CompareContext, run: SampleRun, request: ProbeRequest): Promise<Tensor> {
  const { tensor: name } = request;
  const { graph } = context;
  const unknown = new LayerdiffError('bad-request', 'no such tensor', { place: name });
  const input = run.inputs.find((one) => one.name === name);
  if (input !== undefined) return input.tensor;
  const weight = graph.initializers.get(name)?.tensor;
  if (weight !== undefined) return tensorOf(context.model, weight);
  if (graph.tensors.get(name)?.producer === undefined) throw unknown;
  if (request.run === 'free' && run.ownErrorsOnly)
    throw new LayerdiffError('bad-request', 'there was no run from the inputs: only own errors are known', {
      place: name,
    });
  const values = await replayed(context, run, { mode: request.run, tensors: new Set([name]) });
  const value = values.get(name);
  if (value === undefined) throw unknown;
  return value;
}
