/**
 * Operators that add many products or terms. A sum of K terms in float arithmetic errs by about ε·√K times the
 * magnitude of its partial sums (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2, and his
 * probabilistic bound √K for the constant): the partial sums are as large as the result, as the statistical sum
 * √K·rms(x)·rms(w), or, where both factors have a mean, as K·|mean x|·|mean w|.
 */
import type { ErrorRule, NodeContext, Operand } from './operand.ts';
import { errorOf, intAttribute, magnitudeOf } from './operand.ts';

/** Terms in the sum that makes one output element. */
function contractionLength(node: NodeContext): number {
  const [x, w] = node.inputs;
  switch (node.opType) {
    case 'Conv':
    case 'ConvInteger':
    case 'FusedConv':
      return product(w?.dims.slice(1));
    case 'ConvTranspose':
      // Each output element gathers in-channels × kernel positions, over the group's share of channels.
      return Math.max(1, product(w?.dims) / Math.max(1, (w?.dims[1] ?? 1) * intAttribute(node, 'group', 1)));
    case 'Gemm':
      return intAttribute(node, 'transA', 0) === 1 ? (x?.dims[0] ?? 1) : (x?.dims[1] ?? 1);
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return (w?.dims[2] ?? 1) + (node.inputs[2]?.dims[2] ?? 1);
    case 'Einsum':
      return Math.max(1, ...(x?.dims ?? []), ...(w?.dims ?? []));
    default:
      return x?.dims.at(-1) ?? 1;
  }
}

/** Share of an error that all elements of a tensor have in common, as rounding of a shared mean or scale leaves it. */
const COMMON_PART = 0.25;

/** Conv, Gemm, MatMul …: K products a sum; a bias, if there is one, is one more term. */
export const productSum: ErrorRule = (node) => {
  const [x, w, bias] = node.inputs;
  const terms = contractionLength(node);
  const root = Math.sqrt(terms);
  const partial = Math.max(
    root * rms(x) * rms(w),
    terms * Math.abs(x?.mean ?? 0) * Math.abs(w?.mean ?? 0),
    magnitudeOf(bias),
  );
  return {
    // Errors of different elements add like noise (√K); where the other factor has a mean, a common part adds up as well.
    carried:
      errorOf(x) * (root * rms(w) + COMMON_PART * terms * Math.abs(w?.mean ?? 0)) +
      errorOf(w) * (root * rms(x) + COMMON_PART * terms * Math.abs(x?.mean ?? 0)) +
      errorOf(bias),
    own: node.epsilon * root * partial,
    relative: node.epsilon * root,
  };
};

/** Recurrent networks: the sum once a step, states bounded by 1, errors of earlier steps damped by the gates. */
export const recurrent: ErrorRule = (node) => {
  const steps = node.inputs[0]?.dims[0] ?? 1;
  const step = productSum(node);
  const growth = Math.sqrt(Math.max(1, steps));
  return {
    carried: step.carried * growth,
    own: (step.own + 8 * node.epsilon) * growth,
    relative: 4 * step.relative * growth,
  };
};

/** Means and sums over axes, pooling averages. */
export const reduction: ErrorRule = (node) => {
  const [x] = node.inputs;
  const terms = Math.max(1, product(x?.dims) / Math.max(1, product(node.output.dims)));
  const isSum = node.opType === 'ReduceSum' || node.opType === 'CumSum' || node.opType === 'ReduceL1';
  const length = node.opType === 'CumSum' ? largestDim(x) : terms;
  const root = Math.sqrt(length);
  return {
    carried: errorOf(x) * averaged(x, length) * (isSum ? length : 1),
    own:
      node.epsilon *
      root *
      (isSum ? Math.max(root * rms(x), length * Math.abs(x?.mean ?? 0)) : magnitudeOf(x)),
    relative: node.epsilon * root,
  };
};

/**
 * What is left of an element's error in a mean: independent errors shrink by √K, errors in proportion to the values
 * shrink to those of the mean value, and a common part stays.
 */
function averaged(x: Operand | undefined, terms: number): number {
  const proportion = x === undefined || x.magnitude === 0 ? 1 : Math.abs(x.mean) / x.magnitude;
  return Math.min(1, Math.max(1 / Math.sqrt(terms), proportion, COMMON_PART));
}

/** Windows of a pooling average are small: their length is the kernel, not the ratio of sizes. */
export const averagePool: ErrorRule = (node) => {
  const kernel = node.attributes.get('kernel_shape');
  const terms = kernel?.kind === 'ints' ? product(kernel.value) : product(node.inputs[0]?.dims.slice(2));
  const [x] = node.inputs;
  return {
    carried: errorOf(x),
    own: node.epsilon * Math.sqrt(terms) * magnitudeOf(x),
    relative: node.epsilon,
  };
};

export const norm2: ErrorRule = (node) => {
  const [x] = node.inputs;
  const terms = Math.max(1, product(x?.dims) / Math.max(1, product(node.output.dims)));
  return { carried: errorOf(x) * 2, own: 0, relative: node.epsilon * Math.sqrt(terms) };
};

function product(values: readonly number[] | undefined): number {
  return (values ?? []).reduce((all, value) => all * value, 1);
}

function largestDim(x: Operand | undefined): number {
  return Math.max(1, ...(x?.dims ?? []));
}

function rms(operand: Operand | undefined): number {
  return operand?.rms ?? 0;
}
