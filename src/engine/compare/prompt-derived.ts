import type { Graph } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Rows } from '../prompt/index.ts';
import { isSame, norm, rowOf } from '../prompt/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { PromptConstant, PromptPlace } from './prompt-constants.ts';
import { heldAs, promptFit, rowsIn } from './prompt-fit.ts';

/** A constant that the exporter computed from a prompt, and what it would have computed from PyTorch's. */
export interface DerivedConstant {
  readonly name: string;
  readonly place: PromptPlace;
  readonly axis: number;
  readonly recorded: Tensor;
}

/** Operators whose constants are weights, whatever their shape. */
const WEIGHED = new Set([
  'Conv',
  'ConvTranspose',
  'Gemm',
  'BatchNormalization',
  'LayerNormalization',
  'Resize',
]);

/**
 * Constants of shape [1, prompts, …] that no recorded value or parameter accounts for: what was folded with a prompt, of
 * which the recording does not say what PyTorch had in its place.
 * @param known names of constants that are accounted for.
 */
export function orphansOf(
  graph: Graph,
  constants: readonly PromptConstant[],
  prompts: number,
  known: ReadonlySet<string>,
): string[] {
  return constants
    .filter(({ name, tensor: { dims } }) => {
      const readers = (graph.tensors.get(name)?.consumers ?? []).map(
        (node) => graph.nodes[node]?.opType ?? '',
      );
      // More than a number a prompt: embeddings are, biases and scales of channels are not.
      const isList = dims.length > 2 && dims[0] === 1 && dims[1] === prompts && elementCount(dims) > prompts;
      const isWeight = readers.some((opType) => WEIGHED.has(opType));
      return !known.has(name) && !isWeight && isList;
    })
    .map(({ name }) => name);
}

/**
 * Exporters fold what depends on constants alone: of normalised embeddings the norms [… rows, 1], or the quotient. Only
 * what has the values that a prompt gives is taken for its.
 */
export function derivedConstants(
  model: OnnxModel,
  constants: readonly PromptConstant[],
  held: Rows,
  recorded: Rows,
): DerivedConstant[] {
  const norms = normsOf(held);
  const unit = normalised(held);
  const isUnit = norms.values.every((value) => Math.abs(value - 1) < 1e-6);
  return constants.flatMap(({ name, place, tensor }): DerivedConstant[] => {
    const { dtype, dims } = tensor;
    if (dtype === undefined) return [];
    const isColumn =
      dims.at(-1) === 1 && dims.at(-2) === held.count && dims.slice(0, -2).every((dim) => dim === 1);
    if (isColumn) {
      const fit = { axis: dims.length - 2, isTurned: false, before: dims.slice(0, -2), after: [1] };
      return isEqual(rowsIn(tensorOf(model, tensor), fit, 1), norms)
        ? [{ name, place, axis: fit.axis, recorded: heldAs(normsOf(recorded), fit, dtype) }]
        : [];
    }
    const fit = isUnit ? undefined : promptFit(dims, [held.count, held.width]);
    if (fit === undefined || !isEqual(rowsIn(tensorOf(model, tensor), fit, held.width), unit)) return [];
    return [{ name, place, axis: fit.axis, recorded: heldAs(normalised(recorded), fit, dtype) }];
  });
}

function normsOf(rows: Rows): Rows {
  const values = Float64Array.from({ length: rows.count }, (_, row) => norm(rowOf(rows, row)));
  return { count: rows.count, width: 1, values };
}

/** Rows of length 1; a row of zeros stays one. */
function normalised(rows: Rows): Rows {
  const values = rows.values.map((value, at) => {
    const length = norm(rowOf(rows, Math.floor(at / rows.width)));
    return length === 0 ? 0 : value / length;
  });
  return { ...rows, values };
}

function isEqual(some: Rows, others: Rows): boolean {
  return (
    some.count === others.count &&
    some.width === others.width &&
    Array.from({ length: some.count }, (_, row) => row).every((row) =>
      isSame(rowOf(some, row), rowOf(others, row)),
    )
  );
}
