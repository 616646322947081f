import { isFloatDtype } from '../../shared/dtype.ts';
import type { Trial } from '../cause/index.ts';
import type { JudgedTensor } from '../diagnose/index.ts';
import type { GraphNode } from '../graph/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { CompareContext } from './context.ts';
import { numbersOf } from './numbers-of.ts';
import type { SampleRun } from './sample-run.ts';

/** Elements of a constant that is read as numbers. */
const SMALL = 16;

/** What the settings of a node are chosen by. */
export function trialOf(
  context: CompareContext,
  run: SampleRun,
  tensor: JudgedTensor,
  node: GraphNode,
): Trial {
  const { graph, model, dump } = context;
  const path = run.match.scopeOf[node.index] ?? '';
  const stats = run.fed.get(tensor.name)?.comparison?.reference;
  let made = 0;
  return {
    node,
    opset: model.opsets.get('') ?? 0,
    dims: (name) =>
      graph.initializers.get(name)?.tensor.dims ??
      run.fed.get(name)?.type.dims ??
      run.inputs.find((input) => input.name === name)?.tensor.dims ??
      run.facts.get(name)?.dims,
    constant: (name) => smallConstant(context, name),
    repr: dump.recording?.modules.find((module) => module.path === path)?.extraRepr ?? '',
    reference: { min: stats?.min ?? NaN, max: stats?.max ?? NaN },
    fresh: () => {
      let name: string;
      do name = `layerdiff.try.${node.index}.${made++}`;
      while (graph.tensors.has(name));
      return name;
    },
  };

  function smallConstant(
    { graph: { tensors, nodes, initializers } }: CompareContext,
    name: string,
  ): number[] | undefined {
    const maker = nodes[tensors.get(name)?.producer ?? -1];
    const attribute = maker?.opType === 'Constant' ? maker.attributes.get('value') : undefined;
    const stored =
      initializers.get(name)?.tensor ?? (attribute?.kind === 'tensor' ? attribute.value : undefined);
    if (stored?.dtype === undefined || !isFloatDtype(stored.dtype) || elementCount(stored.dims) > SMALL)
      return undefined;
    return [...(numbersOf(tensorOf(model, stored)) ?? [])];
  }
}
