import { lowestOf } from '../../shared/dtype.ts';
import type { ProbeRequest, TensorProbe } from '../../shared/probe.ts';
import type { Tensor } from '../tensor/index.ts';
import { axisProfile } from './axis-profile.ts';
import { density } from './density.ts';
import { defaultAxes, errorMap } from './error-map.ts';
import type { Sides } from './numbers.ts';
import { numbersOf, rangeOf } from './numbers.ts';
import { sideHistogram } from './side-histogram.ts';
import { worstElements } from './worst-elements.ts';

const BINS = 64;
const DENSITY_SIZE = 96;
const MAP_CELLS = 128;
const PROFILE_CELLS = 256;
const WORST = 20;

/**
 * Charts of one tensor. Everything is computed from the whole of it; what leaves is small.
 * @param reference in the candidate's shape and axis order; undefined where there is no partner.
 */
export function tensorProbe(
  candidate: Tensor,
  reference: Tensor | undefined,
  request: Pick<ProbeRequest, 'axes' | 'values'>,
): TensorProbe {
  const { dims } = candidate;
  const t = numbersOf(candidate);
  const r = reference === undefined ? undefined : numbersOf(reference);
  const sides: Sides | undefined =
    r === undefined || reference === undefined
      ? undefined
      : {
          candidate: t,
          reference: r,
          lowestCandidate: lowestOf(candidate.dtype),
          lowestReference: lowestOf(reference.dtype),
        };
  const { low, high } = rangeOf([t, r]);
  const { start, count } = request.values;
  const axes = validAxes(request.axes, dims) ?? defaultAxes(dims);
  const slice = (side: typeof t): Float64Array => Float64Array.from(side.subarray(start, start + count));
  return {
    dtype: candidate.dtype,
    dims,
    count: t.length,
    candidate: sideHistogram(t, low, high, BINS),
    reference: r === undefined ? undefined : sideHistogram(r, low, high, BINS),
    density: r === undefined ? undefined : density(t, r, low, high, DENSITY_SIZE),
    map: sides === undefined || axes === undefined ? undefined : errorMap(sides, dims, axes, MAP_CELLS),
    profiles:
      sides === undefined
        ? []
        : dims.flatMap((dim, axis) =>
            dim > 1 && t.length > 0 ? [axisProfile(sides, dims, axis, PROFILE_CELLS)] : [],
          ),
    worst: sides === undefined ? [] : worstElements(sides, dims, WORST),
    slice: { start, candidate: slice(t), reference: r === undefined ? undefined : slice(r) },
  };
}

function validAxes(axes: ProbeRequest['axes'], dims: readonly number[]): ProbeRequest['axes'] {
  if (axes === undefined || axes[0] === axes[1]) return undefined;
  return axes.every((axis) => (dims[axis] ?? 0) > 0) ? axes : undefined;
}
