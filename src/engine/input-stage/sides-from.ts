import type {
  InputExplanation,
  InputHypothesis,
  InputStepKind,
  PipelineSide,
} from '../../shared/input-stage.ts';
import type { Candidate, Sides } from './explain-planes.ts';
import type { Picture } from './picture/picture.ts';
import type { Planes } from './planes.ts';
import { reproduceSide, sideSteps, sidesHypothesis } from './reproduce/index.ts';

/** What the original picture adds to an explanation. */
export interface MadeSides {
  readonly sides: NonNullable<InputExplanation['sides']>;
  /** Undefined where the picture tells no more than the best explanation from side to side. */
  readonly hypothesis: InputHypothesis | undefined;
  readonly notes: readonly string[];
}

/**
 * Both sides found again from the picture, and their difference.
 * @param best the best explanation from side to side. Where it is simple and exact it stands, and only what agrees with
 * it is told of the picture: a pipeline that happens to give much the same values is no better an answer.
 */
export function sidesFrom(
  picture: Picture,
  planes: Sides<Planes>,
  dims: Sides<readonly number[]>,
  best: Candidate | undefined,
): MadeSides {
  const tag = picture.orientation;
  const fed = reproduceSide(planes.deployed, dims.deployed, picture);
  const right = reproduceSide(planes.recorded, dims.recorded, picture);
  const sides = { deployed: fed?.side, recorded: right?.side };
  if (fed === undefined || right === undefined)
    return { sides, hypothesis: undefined, notes: missingSides(sides) };
  const hypothesis = sidesHypothesis(fed, right, planes, tag);
  if (!stands(best, hypothesis, tag)) return { sides, hypothesis, notes: [] };
  if (agrees(best.hypothesis, fed.side, right.side, tag)) return { sides, hypothesis: undefined, notes: [] };
  return {
    sides: { ...sides, deployed: undefined },
    hypothesis: undefined,
    notes: ['the deployed side is the recorded one but for this difference'],
  };
}

/** Kinds of steps that undo a difference element by element. */
const PLAIN: ReadonlySet<InputStepKind> = new Set<InputStepKind>([
  'channel-order',
  'flip',
  'shift',
  'pad-side',
  'pad-amount',
  'pad-value',
  'scale',
  'normalisation',
  'dtype',
  'layout',
]);
const SIMPLE = 3;

/** Exact and simple. What the file's own EXIF tag asks for is the better name of a turned picture. */
function stands(
  best: Candidate | undefined,
  hypothesis: InputHypothesis | undefined,
  tag: number,
): best is Candidate {
  if (best === undefined || best.hypothesis.residual > best.tolerance) return false;
  if (hypothesis !== undefined && isSame(best, hypothesis)) return false;
  const { steps } = best.hypothesis;
  const turned = tag !== 1 && hypothesis?.steps.some(({ kind }) => kind === 'orientation') === true;
  return !turned && steps.length <= SIMPLE && steps.every(({ kind }) => PLAIN.has(kind));
}

/** The picture says the same as exactly, in terms of the pipelines. */
function isSame({ hypothesis: { steps }, tolerance }: Candidate, other: InputHypothesis): boolean {
  const kinds = (all: InputHypothesis['steps']): string => all.map(({ kind }) => kind).join();
  return other.residual <= tolerance && kinds(other.steps) === kinds(steps);
}

/** Names by which two pipelines differ where two tensors differ by another one. */
const ALIKE: Readonly<Partial<Record<InputStepKind, readonly InputStepKind[]>>> = {
  orientation: ['flip', 'layout'],
  normalisation: ['normalisation', 'scale'],
  'pad-side': ['pad-side', 'pad-amount', 'shift'],
  'pad-amount': ['pad-side', 'pad-amount', 'shift'],
};

/** The two pipelines differ by nothing that the explanation does not say. */
function agrees({ steps }: InputHypothesis, fed: PipelineSide, right: PipelineSide, tag: number): boolean {
  const said = new Set(steps.map(({ kind }) => kind));
  return sideSteps(fed, right, tag).every(({ kind }) => (ALIKE[kind] ?? [kind]).some((one) => said.has(one)));
}

function missingSides({ deployed, recorded }: MadeSides['sides']): string[] {
  const which =
    deployed !== undefined
      ? 'the recorded side'
      : recorded !== undefined
        ? 'the deployed side'
        : 'either side';
  return [`no customary pipeline makes ${which} from the picture`];
}
