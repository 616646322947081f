import type { Lint } from '../note.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

/** Inputs of an operator that say a size, and arithmetic that a size goes into. */
const SIZE_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Reshape', [1]],
  ['Expand', [1]],
  ['Slice', [1, 2]],
  ['Range', [0, 1]],
  ['ConstantOfShape', [0]],
  ['Resize', [3]],
  ['Div', [1]],
  ['Mul', [0, 1]],
  ['Sub', [0, 1]],
]);
/** Batch sizes and small counts stand everywhere. */
const SMALLEST = 8;
/** A shape or a scalar, not a weight. */
const LONGEST = 8;

/** Quiet where the number may just as well be a width of the model. */
export const tracedConstant: Lint<LintedModel> = {
  kind: 'lint:traced-constant',
  looksFor: 'a constant that equals the recorded size of a dynamic input axis',
  find: (linted) => {
    const sizes = dynamicSizes(linted);
    if (sizes.size === 0) return [];
    for (const { tensor } of linted.graph.initializers.values()) {
      if (tensor.dims.length >= 1) for (const dim of tensor.dims) sizes.delete(dim);
    }
    return linted.nodes.flatMap((node) =>
      [...sizes].flatMap(([size, axis]) =>
        holds(linted, node, size)
          ? [
              {
                severity: 'info',
                subject: node.subject,
                found: `${node.opType} has the constant ${size}, the recorded size of ${axis}`,
                matters: 'if tracing froze that size, other sizes come out wrong although this sample fits',
                wayOut: 'record a sample of another size, and take sizes from tensor.shape without int()',
                source: 'pytorch#33443',
              },
            ]
          : [],
      ),
    );
  },
};

/** Size → the input axis that has it; sizes that a fixed axis has too are left out. */
function dynamicSizes({ graph, context }: LintedModel): Map<number, string> {
  const sizes = new Map<number, string>();
  const fixed = new Set<number>();
  for (const input of graph.inputs) {
    const dims = context.sampleDims?.get(input.name);
    input.dims?.forEach((declared, axis) => {
      const size = dims?.[axis];
      if (typeof declared === 'number') fixed.add(declared);
      else if (size !== undefined && size >= SMALLEST) sizes.set(size, `axis ${axis} of ${input.name}`);
    });
  }
  for (const size of fixed) sizes.delete(size);
  return sizes;
}

function holds({ constants }: LintedModel, node: LintedNode, size: number): boolean {
  const places = SIZE_INPUTS.get(node.opType) ?? [];
  return places.some((place) => {
    const values = constants.numbers(node.inputs[place] ?? '', LONGEST);
    return values !== undefined && Array.from(values).includes(size);
  });
}
