/** Why a node differs: what a site's likely cause is called in reports. */
export const CAUSE_KINDS = [
  'weights',
  'training-mode',
  'resize-mode',
  'pool-divisor',
  'sampling',
  'softmax-axis',
  'softmax-opset',
  'activation-flavour',
  'epsilon',
  'slope',
  'bounds',
  'transposed',
  'padding',
  'swapped-operands',
  'order',
  'reduction',
  'rounding',
  'tie-order',
  'constant',
  'baked-constant',
  'operation-missing',
  'operation-added',
  'overflow',
  'structure',
] as const;

export type CauseKind = (typeof CAUSE_KINDS)[number];

/** The likely cause of an introduced error. */
export interface Cause {
  readonly kind: CauseKind;
  /** What is wrong, in a sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly fix: string;
  /** What would confirm it; '' where an experiment has. */
  readonly confirm: string;
  readonly experiment: Experiment | undefined;
}

/** The site run again on exact inputs with another setting. */
export interface Experiment {
  readonly node: string;
  /** What was set: `coordinate_transformation_mode=align_corners`. */
  readonly setting: string;
  /** Own error of the site as it is, and with the setting: max|d| ÷ scale. */
  readonly before: number;
  readonly error: number;
  /** The setting brings the own error within tolerance. */
  readonly reproduces: boolean;
  /** Other settings that do as well as this one. */
  readonly alternatives: readonly string[];
  readonly text: string;
}
