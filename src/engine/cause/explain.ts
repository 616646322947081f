/** From what is known of a site to one named cause, what to do, and what would confirm it. */
import type { Cause, CauseKind, Experiment } from '../../shared/cause.ts';
import type { Structure, StructureKind } from '../../shared/structure.ts';

export interface CauseFacts {
  /** Node or nodes, as messages name them. */
  readonly where: string;
  readonly opTypes: readonly string[];
  /** Parameters whose values the graph does not hold. */
  readonly weights: readonly string[];
  /** The setting that brought the site closest to the reference. */
  readonly experiment: Experiment | undefined;
  /** What it stands for where it reproduces the reference, or what is known without trying. */
  readonly tried: CauseKind | undefined;
  /** Most telling first. */
  readonly structures: readonly Structure[];
  /** Class of the recorded module, where it was recorded in training mode and does something else then. */
  readonly training: string | undefined;
  /** A node of the site is written as for training. */
  readonly isInTraining: boolean;
}

/**
 * A differing weight and a setting that reproduces the reference are facts; what the structure of the error suggests is
 * a hint, and says what would confirm it. Undefined where nothing points anywhere.
 */
export function explain(facts: CauseFacts): Cause | undefined {
  const { experiment, tried, weights } = facts;
  if (facts.isInTraining && experiment?.reproduces !== true)
    return { kind: 'training-mode', ...hint(facts, 'training-mode'), confirm: '', experiment };
  if (weights.length > 0)
    return {
      kind: 'weights',
      text: `${facts.where} does not hold the recorded ${weights.join(', ')}`,
      fix: 'export again from the checkpoint that was recorded, or record the one that was exported',
      confirm: '',
      experiment,
    };
  if (experiment?.reproduces === true && tried !== undefined)
    return {
      kind: tried,
      text: TEXTS[tried].text(facts.where),
      fix: fixBy(experiment.setting, TEXTS[tried]),
      confirm: '',
      experiment,
    };
  if (facts.training !== undefined)
    return {
      kind: 'training-mode',
      text: `the reference was recorded with ${facts.training} in training mode`,
      fix: 'call model.eval() before recording',
      confirm: 'record again in eval mode',
      experiment,
    };
  for (const { kind, text } of facts.structures) {
    const hinted = facts.tried ?? hintOf(kind, facts.opTypes);
    if (hinted === undefined) continue;
    return {
      kind: hinted,
      text: `${TEXTS[hinted].text(facts.where)} (${text})`,
      fix: TEXTS[hinted].fix,
      confirm: TEXTS[hinted].confirm,
      experiment,
    };
  }
  return facts.tried === undefined
    ? undefined
    : { kind: facts.tried, ...hint(facts, facts.tried), experiment };
}

function hint({ where }: CauseFacts, kind: CauseKind): Pick<Cause, 'text' | 'fix' | 'confirm'> {
  return { text: TEXTS[kind].text(where), fix: TEXTS[kind].fix, confirm: TEXTS[kind].confirm };
}

/** A setting that is an attribute is what to write; others are told in words. */
function fixBy(setting: string, { fix, or }: Texts): string {
  if (!/^\w+=/.test(setting)) return fix;
  return or === undefined ? `set ${setting}` : `set ${setting}, or ${or}`;
}

interface Texts {
  readonly text: (where: string) => string;
  readonly fix: string;
  /** What can be done instead of setting an attribute. */
  readonly or?: string;
  readonly confirm: string;
}

const TEXTS: Readonly<Record<CauseKind, Texts>> = {
  weights: {
    text: (where) => `${where} holds other weights`,
    fix: 'export again from the checkpoint that was recorded',
    confirm: 'record with weights="full" and compare again',
  },
  'training-mode': {
    text: (where) => `${where} works as in training`,
    fix: 'call model.eval() before the export and leave training=TrainingMode.EVAL',
    or: 'call model.eval() before the export',
    confirm: 'export in eval mode and compare again',
  },
  'resize-mode': {
    text: (where) => `${where} samples at other coordinates than PyTorch did`,
    fix: 'set the attribute to what interpolate() was given',
    or: 'give interpolate() the arguments that it stands for',
    confirm: 'compare with interpolate() under each align_corners and mode',
  },
  'pool-divisor': {
    text: (where) => `${where} divides by another number of elements at the borders`,
    fix: 'set count_include_pad and ceil_mode as the module has them',
    or: 'pad explicitly before pooling',
    confirm: 'look whether the error is gone away from the borders',
  },
  sampling: {
    text: (where) => `${where} samples by another convention`,
    fix: 'set the attribute to what the module has',
    or: 'export at an opset in which its default is the one meant',
    confirm: 'compare with the PyTorch function under each alignment',
  },
  'softmax-axis': {
    text: (where) => `${where} normalises along another axis`,
    fix: 'set the axis to the dim of the module',
    confirm: 'sum the rows of both sides along each axis: which sums are 1?',
  },
  'softmax-opset': {
    text: (where) =>
      `${where} is read by the rules before opset 13, which normalise over everything from the axis on`,
    fix: 'export at opset 13 or later, or transpose so that the axis is the last',
    confirm: 'sum the rows of both sides along each axis: which sums are 1?',
  },
  'activation-flavour': {
    text: (where) => `${where} computes another flavour of the activation`,
    fix: "use the same flavour on both sides (GELU: approximate='tanh' or 'none', which is by erf)",
    or: 'export with the flavour that the model runs (GELU by erf or by tanh)',
    confirm: 'compare with the other flavour of the PyTorch module',
  },
  epsilon: {
    text: (where) => `${where} has another epsilon; it shows where the variance is small`,
    fix: 'set epsilon to the eps of the module',
    confirm: 'compare the epsilon with the eps of the module',
  },
  slope: {
    text: (where) => `${where} has another slope or scale`,
    fix: "set the attribute to the module's argument",
    confirm: "compare the attribute with the module's argument",
  },
  bounds: {
    text: (where) => `${where} clips at other bounds`,
    fix: 'set the bounds to those of the module',
    confirm: 'compare the largest and smallest values of both sides',
  },
  transposed: {
    text: (where) => `an operand of ${where} is transposed`,
    fix: 'transpose it back',
    confirm: "compare the weight with the module's, as it is and transposed",
  },
  padding: {
    text: (where) => `${where} pads otherwise`,
    fix: 'pad as the module does: how much on which side, in which mode, with which value',
    confirm: 'look whether the error is gone away from the borders',
  },
  'swapped-operands': {
    text: (where) => `the operands of ${where} are swapped`,
    fix: 'swap them back',
    confirm: 'compute it by hand with the operands in both orders',
  },
  order: {
    text: (where) => `${where} puts its values in another order`,
    fix: 'give axes and inputs in the order of the PyTorch code',
    confirm: 'compare with the axes or inputs in the other order',
  },
  reduction: {
    text: (where) => `${where} reduces otherwise`,
    fix: 'reduce as the PyTorch code does',
    confirm: 'compute it by hand along each axis',
  },
  rounding: {
    text: (where) => `${where} rounds another way`,
    fix: 'round the same way on both sides; for nearest resizing give sizes whose ratio is a whole number',
    confirm: 'look at the wrong elements: each lies on the edge between two whole numbers',
  },
  'tie-order': {
    text: (where) => `${where} breaks ties in another order`,
    fix: 'nothing needs mending where equal values may come in any order; else break ties explicitly',
    confirm: 'sort both sides along the axis: the values are the same',
  },
  constant: {
    text: (where) => `${where} calculates with another constant`,
    fix: 'set the constant of the PyTorch code',
    confirm: 'look up the constant in the Python code',
  },
  'baked-constant': {
    text: (where) => `${where} calculates with a number that the export froze`,
    fix: 'compute it with tensor operations, so that the exporter sees them, instead of float(), int() or .item()',
    confirm: 'export with another example and compare the two graphs',
  },
  'operation-missing': {
    text: (where) =>
      `PyTorch does something more, or something else, ${where.startsWith('between ') ? '' : 'at '}${where}`,
    fix: 'write it so that the exporter sees it (torch.where, index_put, torch.cat instead of writing into a view), or export with dynamo=True',
    confirm: 'look at the forward of the module for what comes after',
  },
  'operation-added': {
    text: (where) => `${where} does something that the reference does not`,
    fix: 'take the node out, or export again with the model as it runs',
    confirm: 'look at the forward of the module for the operation',
  },
  overflow: {
    text: (where) => `${where} leaves the range of its dtype`,
    fix: 'keep this part in float32, or scale before it',
    confirm: 'run the part in float32',
  },
  structure: {
    text: () => 'unknown: no common mistake makes this pattern',
    fix: 'look at the pattern in the window',
    confirm: '',
  },
};

/** Operators whose weights scale and shift what comes out. */
const WEIGHTED = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'BatchNormalization', 'LayerNormalization'];

/** What a structure points to where no setting reproduced the reference. */
function hintOf(kind: StructureKind, opTypes: readonly string[]): CauseKind | undefined {
  const has = (...ops: readonly string[]): boolean => opTypes.some((op) => ops.includes(op));
  switch (kind) {
    case 'non-finite':
      return 'overflow';
    case 'flip':
    case 'transposition':
    case 'permutation':
      return 'order';
    case 'shift':
      return 'padding';
    case 'ties':
      return 'tie-order';
    case 'neighbours':
      return 'rounding';
    case 'normalised':
      return 'softmax-axis';
    case 'offset':
    case 'scale':
    case 'affine':
      return has(...WEIGHTED) ? 'weights' : 'constant';
    case 'saturation':
      return 'bounds';
    case 'zeroed':
      return 'operation-missing';
    case 'quantisation':
      return 'rounding';
    case 'borders':
      return has('AveragePool')
        ? 'pool-divisor'
        : has('Resize', 'Upsample', 'GridSample')
          ? 'resize-mode'
          : 'padding';
    case 'negatives':
    case 'positives':
      return has('LeakyRelu', 'Elu', 'PRelu', 'Relu') ? 'slope' : 'structure';
    case 'channels':
      return has(...WEIGHTED) ? 'weights' : 'structure';
    case 'small-magnitudes':
      return has('LayerNormalization', 'BatchNormalization', 'Div', 'Sqrt') ? 'epsilon' : 'structure';
    case 'masked':
    case 'rows':
    case 'large-magnitudes':
    case 'isolated':
      return 'structure';
  }
}
