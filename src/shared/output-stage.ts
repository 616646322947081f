/**
 * The output stage: what happens after the last node (thresholds, non-maximum suppression, un-letterboxing, argmax).
 * Plain data, carried by reports. All texts are printable, plain English and complete without the numbers beside them.
 */

/** Corners x1, y1, x2, y2 in pixels. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export interface Detection {
  readonly box: Box;
  readonly score: number;
  readonly label: number;
}

/** How the four numbers of a raw box are read: two corners, corner and size, or centre and size. */
export const BOX_FORMATS = ['xyxy', 'yxyx', 'xywh', 'cxcywh'] as const;
export type BoxFormat = (typeof BOX_FORMATS)[number];

/** What a detector does with raw boxes and scores. `none`: no threshold, no cap. */
export interface NmsRules {
  /** Boxes suppress within their class, within their class by moving classes apart, or whatever their class is. */
  readonly semantics: 'per-class' | 'class-offset' | 'class-agnostic';
  /** How far classes are moved apart; `largest-coordinate`: by the largest coordinate + 1, as torchvision does. */
  readonly classOffset: number | 'largest-coordinate';
  /** Every class of a box that passes the threshold is a candidate, or only its best class. */
  readonly labelMode: 'multi-label' | 'single-label';
  readonly boxFormat: BoxFormat;
  /** Two opposite corners in any order are a box (ONNX NonMaxSuppression); else x1 ≤ x2 and y1 ≤ y2 are taken for granted. */
  readonly sortsCorners: boolean;
  /** Widths and heights count pixels: x2 − x1 + 1. */
  readonly halfPixel: boolean;
  /** Boxes are un-mapped to the picture before suppression, not after it. */
  readonly unmapBefore: boolean;
  /** Boxes are clipped to the picture (or to the model input) before suppression, not after it. */
  readonly clipBefore: boolean;
  /** Before suppression. */
  readonly scoreThreshold: number | 'none';
  /** Both score thresholds keep what is above them (>), not what is on them (≥). */
  readonly scoreStrict: boolean;
  /** The candidates of highest score that enter suppression. */
  readonly preTopK: number | 'none';
  readonly iouThreshold: number;
  /** A box is suppressed above the IoU threshold (>), not on it (≥). */
  readonly iouStrict: boolean;
  /** In which precision the IoU threshold is held: 0.6 in float32 is above 0.6. */
  readonly iouThresholdDtype: 'float32' | 'float64';
  /** Which of several candidates with one score comes first: the one of lower or of higher index. */
  readonly tieOrder: 'index' | 'reverse-index';
  readonly maxPerClass: number | 'none';
  /** Over all classes, the highest scores. */
  readonly maxTotal: number | 'none';
  /** After suppression. */
  readonly finalScoreThreshold: number | 'none';
}

export type NmsRuleName = keyof NmsRules;
export type NmsRuleValue = NmsRules[NmsRuleName];

/** A raw box with one of its classes: what is kept or not. `row` counts from 0 in the raw boxes. */
export interface RawCandidate {
  readonly row: number;
  readonly label: number;
}

export interface NmsRuleDifference {
  readonly rule: NmsRuleName;
  readonly reference: NmsRuleValue;
  readonly candidate: NmsRuleValue;
  /** The side whose value was not declared but follows from what it kept; absent where both were declared. */
  readonly inferred?: 'reference' | 'candidate';
  /** Of an inferred threshold or cap: the values that give the same boxes; a missing bound is open. */
  readonly interval?: { readonly low?: number; readonly high?: number };
  /** What this rule alone makes differ, at most 100 of `affectedCount`; empty: no effect on these boxes. */
  readonly affected: readonly RawCandidate[];
  readonly affectedCount: number;
  readonly text: string;
}

/** One set of rule differences that turns what one side keeps into what the other keeps. */
export interface NmsExplanation {
  readonly differences: readonly NmsRuleDifference[];
  readonly text: string;
}

/** What a side did with a raw candidate. */
export type NmsFate =
  | { readonly kind: 'kept'; readonly rank: number }
  | { readonly kind: 'below-score'; readonly threshold: number }
  /** Another class of the same box has a higher score. */
  | { readonly kind: 'not-best-label'; readonly bestLabel: number }
  /** `by` is a row of the walk-through's raw boxes. */
  | { readonly kind: 'suppressed'; readonly by: RawCandidate; readonly iou: number }
  | {
      readonly kind: 'capped';
      readonly rule: 'preTopK' | 'maxPerClass' | 'maxTotal';
      readonly cap: number;
    }
  | { readonly kind: 'below-final-score'; readonly threshold: number }
  | { readonly kind: 'not-a-number' }
  /** Its own rules would keep it. */
  | { readonly kind: 'unexplained' };

/** One raw candidate of the walk-through, in descending score. */
export interface NmsStep {
  readonly row: number;
  readonly label: number;
  readonly score: number;
  /** As it is compared: corners, after the side's own format and mapping (the reference's). */
  readonly box: Box;
  readonly reference: NmsFate;
  readonly candidate: NmsFate;
  readonly differs: boolean;
  /** `#12 class 3, 0.71: reference kept it; candidate suppressed it by #4 (IoU 0.668 > 0.65)`. */
  readonly text: string;
}

export interface NmsAudit {
  /**
   * `equal`: the same boxes kept. `explained`: rule differences reproduce both kept lists exactly. `unexplained`: no
   * rules that were tried do. `not-judged`: see the text.
   */
  readonly state: 'equal' | 'explained' | 'unexplained' | 'not-judged';
  /** Rules of each side, declared, inferred and assumed ones together; an explanation's values where there is one. */
  readonly rules?: { readonly reference: NmsRules; readonly candidate: NmsRules };
  /** Simplest first. More than one: these boxes cannot tell them apart. */
  readonly explanations: readonly NmsExplanation[];
  readonly kept: { readonly reference: number; readonly candidate: number; readonly both: number };
  /** What differs first, then the highest scores; capped. In descending score. */
  readonly steps: readonly NmsStep[];
  /** Raw candidates of which `steps` shows some. */
  readonly stepsOf: number;
  readonly text: string;
  /** What was assumed, capped or left out. */
  readonly notes: readonly string[];
}

/** How far a detection is from a threshold: `distance` is signed, positive on the side where it is kept. */
export interface Margin {
  readonly rule: 'scoreThreshold' | 'finalScoreThreshold' | 'iouThreshold';
  readonly threshold: number;
  readonly value: number;
  readonly distance: number;
  /** So close that rounding or the error of the scores decides. */
  readonly isCoinToss: boolean;
  readonly text: string;
}

export const MATCH_STATES = ['matched', 'moved', 'rescored', 'relabelled', 'missing', 'extra'] as const;
export type MatchState = (typeof MATCH_STATES)[number];

export interface DetectionMatch {
  readonly state: MatchState;
  readonly reference?: Detection;
  readonly candidate?: Detection;
  /** Places in the two lists, from 0. */
  readonly referenceIndex?: number;
  readonly candidateIndex?: number;
  /** Of the pair, 0 … 1. */
  readonly iou?: number;
  readonly margins: readonly Margin[];
  /** Why, where it is known: a rule of the suppression, the un-mapping, a score that crossed a threshold. */
  readonly because?: { readonly rule?: NmsRuleName; readonly text: string };
  readonly text: string;
}

export interface DetectionMatching {
  /** What differs first: missing, extra, relabelled, moved, rescored, matched; at most 1,000. */
  readonly matches: readonly DetectionMatch[];
  readonly counts: Readonly<Record<MatchState, number>>;
  readonly of: { readonly reference: number; readonly candidate: number };
  readonly text: string;
  /** What was capped or done otherwise than by an optimal assignment. */
  readonly notes: readonly string[];
}

export const UNMAP_KINDS = [
  'pad-before-scale',
  'pad-after-scale',
  'pad-forgotten',
  'pad-doubled',
  'pad-halved',
  'pad-added',
  'pad-rounded',
  'pads-swapped',
  'scale-forgotten',
  'scale-inverted',
  'scales-swapped',
  'scale-and-pad-forgotten',
  'letterbox-ignored',
  'axes-swapped',
  'xywh-as-xyxy',
  'cxcywh-as-xyxy',
  'normalised',
  'one-pixel',
  'half-pixel',
  'rounded',
  'clipped',
  'offset',
  'scale',
  'affine',
] as const;
export type UnmapKind = (typeof UNMAP_KINDS)[number];

/** A systematic difference between the two sides' boxes: candidate = scale · reference + offset, each axis by itself. */
export interface UnmapFinding {
  readonly kind: UnmapKind;
  /** Factor for x and y. */
  readonly scale: readonly [x: number, y: number];
  /** Pixels of the candidate for x and y. */
  readonly offset: readonly [x: number, y: number];
  /** Pairs of boxes that fit, of all pairs. */
  readonly fits: number;
  readonly of: number;
  /** The arithmetic with its numbers: `280 · (1/0.5 − 1) = 280`. Absent where no named formula gives it. */
  readonly formula?: string;
  /** What to write instead. */
  readonly fix?: string;
  readonly text: string;
}

/** Labels of the candidate that are those of the reference under another number, one to one. */
export interface LabelFinding {
  /** Candidate − reference, where it is the same for all classes. */
  readonly shift?: number;
  /** Detections of the candidate whose label it explains, of all. */
  readonly held: number;
  readonly of: number;
  readonly fix: string;
  readonly text: string;
}

/** `equal`: same bits. `noise`: differences that change no decision. `not-compared`: see the text. */
export type HeadState = 'equal' | 'noise' | 'differs' | 'not-compared';

interface HeadBase {
  /** Names of the outputs that it is made of, as printed. */
  readonly outputs: readonly string[];
  /** `recognised`: from shapes and names alone, which never makes a verdict. */
  readonly known: 'declared' | 'recognised';
  readonly state: HeadState;
  /** The verdict may rest on this: it was declared, and it differs. */
  readonly decides: boolean;
  /** One sentence: what was found. */
  readonly text: string;
  readonly notes: readonly string[];
}

export interface DetectionHead extends HeadBase {
  readonly kind: 'detection';
  /** The same raw boxes on both sides? Counted over those that matter: above the lower score threshold. */
  readonly raw?: {
    readonly boxes: number;
    readonly classes: number;
    /** Largest differences, in units of the boxes and of the scores. */
    readonly boxDifference: number;
    readonly scoreDifference: number;
    readonly text: string;
  };
  /** Final detections of both sides, highest score first, at most 1,000 a side. */
  readonly final?: { readonly reference: readonly Detection[]; readonly candidate: readonly Detection[] };
  readonly matching?: DetectionMatching;
  readonly labels?: LabelFinding;
  readonly unmap: readonly UnmapFinding[];
  readonly nms?: NmsAudit;
}

/** A row of a batch whose decision changed. */
export interface ChangedRow {
  readonly row: number;
  readonly reference: number;
  readonly candidate: number;
  /** Reference score of its first class above that of its second. */
  readonly margin: number;
  /** Largest difference of the two sides in this row. */
  readonly error: number;
}

export interface ClassificationHead extends HeadBase {
  readonly kind: 'classification';
  readonly rows: number;
  readonly classes: number;
  /** Shares of rows: the same first class; the same five, in any order. `top5` is absent with five classes or fewer. */
  readonly top1: number;
  readonly top5?: number;
  /** Smallest reference margin between first and second class over all rows, and the largest difference in that row. */
  readonly smallestMargin?: { readonly row: number; readonly margin: number; readonly error: number };
  /** At most 100. */
  readonly changed: readonly ChangedRow[];
  readonly changedCount: number;
}

export interface ClassDisagreement {
  readonly label: number;
  /** Pixels with this label in the reference, and how many of them the candidate labels otherwise. */
  readonly pixels: number;
  readonly changed: number;
  /** Intersection over union of the two sides' masks of this label. */
  readonly iou: number;
}

export interface SegmentationHead extends HeadBase {
  readonly kind: 'segmentation';
  readonly pixels: number;
  readonly changed: number;
  /** Shares of the disagreeing pixels at most 1 and 2 pixels from another label in the reference. */
  readonly nearBorder1: number;
  readonly nearBorder2: number;
  /** Shares of all pixels that lie that near a border: what chance would give. */
  readonly allNearBorder1: number;
  readonly allNearBorder2: number;
  /** Most changed first, at most 100. */
  readonly classes: readonly ClassDisagreement[];
}

export interface EmbeddingRow {
  readonly row: number;
  readonly cosine: number;
  /** Nearest other row of the batch, by cosine, on each side. */
  readonly nearest?: { readonly reference: number; readonly candidate: number };
}

export interface EmbeddingHead extends HeadBase {
  readonly kind: 'embedding';
  readonly rows: number;
  readonly dimensions: number;
  readonly lowestCosine: number;
  readonly meanCosine: number;
  /** Rows whose nearest neighbour within the batch is another; absent for fewer than three rows. */
  readonly neighbourChanges?: number;
  /** Lowest cosine first, at most 100. */
  readonly worst: readonly EmbeddingRow[];
}

export type HeadReport = DetectionHead | ClassificationHead | SegmentationHead | EmbeddingHead;
export type HeadKind = HeadReport['kind'];

export interface OutputStage {
  /** The sample that is told here: the first whose heads decide, else the first. Counts from 0. */
  readonly sample: number;
  readonly heads: readonly HeadReport[];
}

/** Settings of a head as a user declares them: `{iou: 0.7, score: 0.001, max: 300, semantics: 'class-offset', image_size: [720, 1280]}`. */
export type HeadSettings = Readonly<Record<string, string | number | boolean | readonly number[]>>;

/** What each output of the model is to a head. `raw`: boxes and scores in one tensor. */
export const OUTPUT_ROLES = [
  'raw',
  'boxes',
  'scores',
  'labels',
  'count',
  'detections',
  'logits',
  'masks',
  'features',
] as const;
export type OutputRole = (typeof OUTPUT_ROLES)[number];

/** A head as the user declares it (`--head`), or as it was recognised. */
export interface HeadSpec {
  readonly kind: HeadKind;
  readonly outputs: Readonly<Partial<Record<OutputRole, string>>>;
  /** For both sides; those of one side go before them. */
  readonly settings: HeadSettings;
  readonly reference?: HeadSettings;
  readonly candidate?: HeadSettings;
}
