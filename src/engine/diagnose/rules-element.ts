/** Element-wise operators: the error of the argument times the steepest slope, plus the rounding of the result. */
import type { ErrorRule, NodeContext } from './operand.ts';
import { errorOf, EXACT, floatAttribute, largest, magnitudeOf } from './operand.ts';

const inputErrors = (node: NodeContext): number =>
  node.inputs.reduce((sum, input) => sum + errorOf(input), 0);
const inputMagnitude = (node: NodeContext): number => largest(node.inputs.map(magnitudeOf));

/** Copies elements: reshapes, slices, gathers, maxima. */
export const movement: ErrorRule = (node) => ({ ...EXACT, carried: largest(node.inputs.map(errorOf)) });

/** Relu keeps what is above zero: the error's energy falls with the share of elements that live on. */
export const rectifier: ErrorRule = (node) => ({
  ...EXACT,
  carried: errorOf(node.inputs[0]) * Math.sqrt(Math.max(node.output.live, 1e-3)),
});

/** Add, Sub, Sum, Mean: one rounding at the magnitude of the operands, so that cancellation is not a fault. */
export const addition: ErrorRule = (node) => ({
  carried: inputErrors(node),
  own: node.epsilon * inputMagnitude(node) * Math.max(1, node.inputs.length - 1),
  relative: node.epsilon,
});

/** What an error is multiplied by is a typical element of the other factor: the largest meet the largest seldom. */
export const multiplication: ErrorRule = (node) => {
  const [a, b] = node.inputs;
  return { carried: errorOf(a) * (b?.rms ?? 0) + errorOf(b) * (a?.rms ?? 0), own: 0, relative: node.epsilon };
};

export const division: ErrorRule = (node) => {
  const [a, b] = node.inputs;
  const least = Math.max(b?.minAbs ?? 0, Number.MIN_VALUE);
  // The quotient is never larger than what came out, so the worst divisor only counts where it can have been used.
  const slope = Math.min(
    1 / least,
    magnitudeOf(a) > 0 ? (2 * node.output.magnitude) / magnitudeOf(a) : 1 / least,
  );
  return {
    carried: errorOf(a) * slope + errorOf(b) * slope * node.output.magnitude,
    own: 0,
    relative: node.epsilon * 2,
  };
};

/** A function with a bounded slope: `slope` × argument error, and `units` ε at the magnitude `at` of its values. */
export function bounded(slope: number, units: number, at: 'one' | 'input' | 'output'): ErrorRule {
  return (node) => ({
    carried: errorOf(node.inputs[0]) * slope,
    own:
      at === 'output'
        ? 0
        : node.epsilon * units * (at === 'one' ? Math.min(1, inputMagnitude(node)) : inputMagnitude(node)),
    relative: node.epsilon * (at === 'output' ? units : 1),
  });
}

/** exp turns an absolute error of the argument into a relative one of the value: ε·|argument| more. */
export const exponential: ErrorRule = (node) => {
  const [x] = node.inputs;
  const argument = Math.min(magnitudeOf(x), 88);
  return { carried: errorOf(x) * node.output.magnitude, own: 0, relative: node.epsilon * (2 + argument) };
};

export const logarithm: ErrorRule = (node) => {
  const [x] = node.inputs;
  return {
    carried: errorOf(x) / Math.max(x?.minAbs ?? 0, Number.MIN_VALUE),
    own: 4 * node.epsilon,
    relative: 2 * node.epsilon,
  };
};

export const squareRoot: ErrorRule = (node) => ({
  carried:
    errorOf(node.inputs[0]) /
    (2 * Math.max(node.output.minAbs, Math.sqrt(errorOf(node.inputs[0])), Number.MIN_VALUE)),
  own: 0,
  relative: node.epsilon,
});

export const reciprocal: ErrorRule = (node) => ({
  carried: errorOf(node.inputs[0]) * node.output.magnitude ** 2,
  own: 0,
  relative: node.epsilon * 2,
});

/** x^p: p·x^(p−1)·Δx, and ε·|p·ln x| for the exponent. */
export const power: ErrorRule = (node) => {
  const [x, p] = node.inputs;
  const exponent = Math.max(1, magnitudeOf(p));
  const slope = exponent * (exponent >= 1 ? magnitudeOf(x) ** (exponent - 1) : 1);
  return { carried: errorOf(x) * Math.min(slope, 1e30), own: 0, relative: node.epsilon * 2 * exponent };
};

/** sin, cos: the argument is reduced first, which costs ε·|argument|. */
export const periodic: ErrorRule = (node) => {
  const [x] = node.inputs;
  return { carried: errorOf(x), own: node.epsilon * Math.max(1, magnitudeOf(x)), relative: 2 * node.epsilon };
};

/** acos, asin: at ±1 the slope has no bound, and an error e of the argument becomes √(2e). */
export const arcus: ErrorRule = (node) => {
  const error = errorOf(node.inputs[0]);
  return { carried: error + Math.sqrt(2 * error), own: 4 * node.epsilon, relative: 4 * node.epsilon };
};

export const leaky: ErrorRule = (node) => {
  const slope = Math.max(1, Math.abs(floatAttribute(node, 'alpha', 1)), magnitudeOf(node.inputs[1]));
  return { carried: errorOf(node.inputs[0]) * slope, own: 0, relative: node.epsilon };
};

/** What has no rule of its own: errors pass with the ratio of magnitudes, eight roundings at the largest magnitude. */
export const unknown: ErrorRule = (node) => {
  const input = inputMagnitude(node);
  const ratio = input > 0 ? Math.max(1, node.output.magnitude / input) : 1;
  return {
    carried: inputErrors(node) * ratio * 2,
    own: 8 * node.epsilon * input,
    relative: 8 * node.epsilon,
  };
};
