import { isLayerdiffError } from '../../shared/errors.ts';
import type { LengthReach } from '../../shared/prompt.ts';
import type { TensorFacts } from '../graph/index.ts';
import { tensorFacts } from '../run/index.ts';
import type { CompareContext } from './context.ts';
import type { FedInput } from './inputs.ts';
import { promptReach } from './prompt-reach.ts';

/**
 * Where each input goes whose deployed value has another length than the recorded one: the first node of another shape,
 * what reduces over it, the outputs behind. Empty where the model does not take the deployed shapes.
 */
export async function lengthReaches(
  context: CompareContext,
  inputs: readonly FedInput[],
): Promise<ReadonlyMap<string, LengthReach>> {
  const other = inputs.filter(
    ({ deployed, tensor }) => deployed !== undefined && deployed.dims.join() !== tensor.dims.join(),
  );
  if (other.length === 0) return new Map();
  const { model, graph, settings } = context;
  const factsOf = (isDeployed: boolean): Promise<ReadonlyMap<string, TensorFacts>> =>
    tensorFacts(
      model,
      graph,
      new Map(
        inputs.map(({ name, tensor, deployed }) => [
          name,
          { dtype: tensor.dtype, dims: isDeployed ? (deployed ?? tensor).dims : tensor.dims },
        ]),
      ),
      { ...settings, level: 'basic' },
    );
  try {
    const [own, recorded] = [await factsOf(true), await factsOf(false)];
    return new Map(
      other.map(({ name }) => {
        const { firstMismatch, reductions, outputs } = promptReach(graph, name, own, recorded);
        const bare = reductions.map((one) => ({ ...one, relativeL2: undefined, maxAbs: undefined }));
        return [name, { firstMismatch, reductions: bare, outputs: [...outputs] }];
      }),
    );
  } catch (error) {
    if (isLayerdiffError(error)) return new Map();
    throw error;
  }
}
