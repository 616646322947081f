import type { GraphNode } from '../graph/index.ts';
import { elementCount } from '../tensor/index.ts';

type Dims = readonly number[];

/** Shape of a tensor as the runtime infers it. */
export type DimsOf = (name: string) => Dims | undefined;

/**
 * Along which axis of its output a node puts what lies along an axis of one of its inputs; undefined where the axis is
 * summed, reduced or flattened away.
 */
export function axisThrough(
  node: GraphNode,
  input: number,
  axis: number,
  dimsOf: DimsOf,
): number | undefined {
  const own = dimsOf(node.inputs[input] ?? '');
  const made = dimsOf(node.outputs[0] ?? '');
  if (own === undefined || made === undefined) return undefined;
  switch (node.opType) {
    case 'Transpose': {
      const perm = ints(node, 'perm') ?? own.map((_, at) => own.length - 1 - at);
      const at = perm.indexOf(axis);
      return at < 0 ? undefined : at;
    }
    case 'MatMul':
      return throughMatMul(input, axis, own, made);
    case 'Gemm':
      return throughGemm(node, input, axis);
    case 'Einsum':
      return throughEinsum(node, input, axis);
    case 'Reshape':
    case 'Flatten':
    case 'Unsqueeze':
    case 'Squeeze':
      return input === 0 ? samePlace(own, axis, made) : undefined;
    default:
      return aligned(own, axis, made);
  }
}

/** numpy's broadcasting lays shapes over each other from the right; operators that keep the rank keep the axis. */
function aligned(own: Dims, axis: number, made: Dims): number | undefined {
  const at = axis + made.length - own.length;
  return made[at] === own[axis] ? at : undefined;
}

/** As much lies before the axis as before. */
function samePlace(own: Dims, axis: number, made: Dims): number | undefined {
  const before = elementCount(own.slice(0, axis));
  const at = made.findIndex(
    (length, index) => length === own[axis] && elementCount(made.slice(0, index)) === before,
  );
  return at < 0 ? undefined : at;
}

function throughMatMul(input: number, axis: number, own: Dims, made: Dims): number | undefined {
  const fromEnd = own.length - axis;
  const summed = input === 0 ? 1 : 2;
  if (own.length > 1 && fromEnd === summed) return undefined;
  const at = made.length - fromEnd;
  return at < 0 ? undefined : at;
}

function throughGemm(node: GraphNode, input: number, axis: number): number | undefined {
  const isTurned = (name: string): boolean => {
    const value = node.attributes.get(name);
    return value?.kind === 'int' && value.value === 1;
  };
  if (input === 0) return (axis === 0) !== isTurned('transA') ? 0 : undefined;
  if (input === 1) return (axis === 1) !== isTurned('transB') ? 1 : undefined;
  return axis;
}

function throughEinsum(node: GraphNode, input: number, axis: number): number | undefined {
  const value = node.attributes.get('equation');
  const equation = value?.kind === 'string' ? value.value.replace(/\s/g, '') : '';
  const [inputs = '', output = ''] = equation.split('->');
  const letter = inputs.split(',')[input]?.[axis];
  const at = letter === undefined || equation.includes('.') ? -1 : output.indexOf(letter);
  return at < 0 ? undefined : at;
}

function ints(node: GraphNode, name: string): Dims | undefined {
  const value = node.attributes.get(name);
  return value?.kind === 'ints' ? value.value : undefined;
}
