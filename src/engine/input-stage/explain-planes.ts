import type { Dtype } from '../../shared/dtype.ts';
import { epsilonOf } from '../../shared/dtype.ts';
import { formatNumber } from '../../shared/format.ts';
import type { InputHypothesis, InputStep } from '../../shared/input-stage.ts';
import { INPUT_STEP_KINDS } from '../../shared/input-stage.ts';
import { sameDims } from '../tensor/index.ts';
import type { Alignment, RecordedPicture } from './alignment.ts';
import { arrangementSteps, isReversedBefore } from './arrangement-steps.ts';
import { interiorOf, isOnePicture, unknownStep } from './interior.ts';
import type { Laid } from './laid.ts';
import { differenceOver } from './laid.ts';
import { levelsOf } from './levels.ts';
import { padValueStep } from './pads.ts';
import { placementSteps } from './placement.ts';
import { areaOf, heightOf, sameBox, widthOf } from './planes.ts';
import { resizeOrderStep, resizeStep, stretchedOver } from './resize-steps.ts';
import { grainOf } from './grain.ts';
import { valueMap } from './value-map.ts';
import { valueStep } from './value-step.ts';

export interface Sides<T> {
  readonly deployed: T;
  readonly recorded: T;
}

/** One hypothesis, and how dear it is: decimal digits of squared error left, and half a digit a step. */
export interface Candidate {
  readonly hypothesis: InputHypothesis;
  readonly cost: number;
  /** Largest residual that rounding of correct float arithmetic leaves, in recorded units. */
  readonly tolerance: number;
}

const FLOAT32 = epsilonOf('float32');
const ROUNDINGS = 8;
/** Decimal digits of squared error that a move by one pixel must gain where a filter is another too. */
const NUDGE = 1;

/**
 * What must be undone if the deployed picture lies over the recorded one in this way.
 * @param total Σ(deployed − recorded)² as the tensors are, of which the residual is a share.
 */
export function explainAlignment(
  alignment: Alignment,
  recorded: RecordedPicture,
  types: Sides<{ readonly dtype: Dtype; readonly dims: readonly number[] }>,
  total: number,
): Candidate {
  const dtypes = { deployed: types.deployed.dtype, recorded: types.recorded.dtype };
  const direct = lay(alignment, recorded, dtypes, false);
  const same = hasSameSize(alignment, recorded);
  const directOne = isOnePicture(direct);
  const ordered =
    directOne && direct.difference.max > direct.tolerance
      ? resizeOrderStep(alignment, recorded, direct.map)
      : undefined;
  const stretched =
    same || ordered !== undefined || alignment.stretched < 0.8
      ? undefined
      : lay(stretchedOver(alignment, recorded), recorded, dtypes, true);
  const laid = stretched !== undefined && shareOf(stretched) < 0.7 * shareOf(direct) ? stretched : direct;
  const one = laid === direct ? directOne : isOnePicture(laid);
  const { step, residual, squares } = one
    ? interiorOf(laid, ordered)
    : { step: unknownStep(laid), residual: laid.difference.max, squares: laid.difference.squares };
  const places = laid.resampled
    ? [resizeStep(alignment, recorded)]
    : ordered === undefined && one
      ? placementSteps(laid)
      : [];
  const dims = { deployed: types.deployed.dims, recorded: types.recorded.dims };
  const sameShape = sameDims(dims.deployed, dims.recorded);
  const values = isReversedBefore(alignment.order, laid.map) ? undefined : valueStep(laid.map);
  // A resized content is resampled by a filter of ours here: what its interior leaves says nothing of theirs.
  const inside = laid.resampled && step?.kind !== 'unknown' ? undefined : (step ?? ordered);
  const steps = [
    ...arrangementSteps(alignment, laid.map, dims).filter(
      ({ kind }) => one || (kind === 'layout' && !sameShape),
    ),
    ...(values === undefined || !one ? [] : [values]),
    ...places,
    ...optional(padValueStep(laid, narrowRounding(step))),
    ...optional(inside),
  ].sort((a, b) => INPUT_STEP_KINDS.indexOf(a.kind) - INPUT_STEP_KINDS.indexOf(b.kind));
  const all = steps.length === 0 ? dtypeSteps(dtypes) : steps;
  const unknown = all.some(({ kind }) => kind === 'unknown');
  const covered = areaOf(laid.alignment.overlap) / Math.max(areaOf(recorded.content.box), 1);
  return {
    hypothesis: {
      steps: all,
      residual,
      residualShare: total > 0 ? Math.min(1, squares / total) : 0,
      text: textOf(all, residual),
    },
    tolerance: laid.tolerance,
    cost:
      Math.log10(Math.max(squares / Math.max(laid.difference.spread, 1e-30), 1e-12)) +
      0.5 * all.length -
      Math.log10(Math.max(covered, 1e-3)) +
      (unknown ? 6 : 0) +
      (isNudged(laid, all) ? NUDGE : 0),
  };
}

/** One pixel off where canvas or contents lie over each other, and resampled otherwise: a filter moves by less than one. */
function isNudged({ alignment, recorded, resampled }: Laid, steps: readonly InputStep[]): boolean {
  const { dy, dx, content } = alignment;
  const rows = [0, recorded.content.box.top - content.box.top];
  const columns = [0, recorded.content.box.left - content.box.left];
  const near = (offset: number, places: readonly number[]): boolean =>
    places.some((place) => Math.abs(offset - place) <= 1);
  const exact = rows.includes(dy) && columns.includes(dx);
  const beside = !exact && near(dy, rows) && near(dx, columns);
  return beside && !resampled && steps.some(({ kind }) => kind === 'filter' || kind === 'shift');
}

/** Rounding that a step has said already. */
function narrowRounding(step: InputStep | undefined): number {
  const dtype = step?.kind === 'dtype' ? step.parameters['dtype'] : undefined;
  return dtype === 'float16' || dtype === 'bfloat16' ? epsilonOf(dtype) : 0;
}

function lay(
  alignment: Alignment,
  recorded: RecordedPicture,
  dtypes: Laid['dtypes'],
  resampled: boolean,
): Laid {
  const { planes, overlap, dy, dx } = alignment;
  const epsilon = Math.min(epsilonOf(dtypes.deployed) || FLOAT32, epsilonOf(dtypes.recorded) || FLOAT32);
  const rounding = Math.max(epsilon, FLOAT32);
  const grain = grainOf(alignment, recorded);
  const map = valueMap(planes, recorded.planes, overlap, dy, dx, rounding, grain);
  const offsets = map.bias.map((bias, channel) => Math.abs(bias / (map.gain[channel] ?? 1)));
  return {
    alignment,
    recorded,
    map,
    levels: levelsOf(recorded.planes, recorded.content.box),
    dtypes,
    tolerance: ROUNDINGS * rounding * Math.max(recorded.largest, ...offsets),
    difference: differenceOver(alignment, recorded, map),
    resampled,
  };
}

function hasSameSize({ content }: Alignment, recorded: RecordedPicture): boolean {
  const [a, b] = [content.box, recorded.content.box];
  return sameBox(a, b) || (heightOf(a) === heightOf(b) && widthOf(a) === widthOf(b));
}

function shareOf({ difference }: Laid): number {
  return difference.spread > 0 ? difference.squares / difference.spread : 1;
}

function dtypeSteps({ deployed, recorded }: Laid['dtypes']): InputStep[] {
  if (deployed === recorded) return [];
  return [
    {
      kind: 'dtype',
      text: `${deployed} instead of ${recorded}, the values are the same`,
      fix: `feed ${recorded}`,
      parameters: { deployed, recorded },
    },
  ];
}

function optional<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function textOf(steps: readonly InputStep[], residual: number): string {
  const list = steps.map(({ text }) => text).join('; ');
  const lossy = steps.some(({ kind }) => kind === 'filter' || kind === 'resize-order' || kind === 'unknown');
  if (lossy) return list;
  const pads = steps.some(({ kind }) => kind === 'pad-value');
  return pads
    ? `${list}; inside equal to ${formatNumber(residual)}`
    : `${list}, residual ${formatNumber(residual)}`;
}
