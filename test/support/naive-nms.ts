import type { NmsRules } from '../../src/shared/output-stage.ts';

/** Suppression written down straight from its definition, one object a candidate, to check the audit against. */
export interface NaiveInput {
  readonly boxes: readonly (readonly number[])[];
  /** By row, then class. */
  readonly scores: readonly (readonly number[])[];
  readonly scale: number;
  readonly pad: readonly [number, number];
  readonly imageSize: readonly [number, number];
  readonly inputSize: readonly [number, number];
}

interface Candidate {
  readonly row: number;
  readonly label: number;
  readonly score: number;
  readonly corners: readonly number[];
}

const f = Math.fround;

export function naiveNms(input: NaiveInput, rules: NmsRules): Candidate[] {
  let candidates: Candidate[] = [];
  input.scores.forEach((row, index) => {
    const best = row.indexOf(Math.max(...row));
    row.forEach((score, label) => {
      if (rules.labelMode === 'single-label' && label !== best) return;
      candidates.push({ row: index, label, score, corners: cornersFor(input, index, rules) });
    });
  });
  const passes = (score: number, threshold: number | 'none'): boolean =>
    threshold === 'none' || (rules.scoreStrict ? score > f(threshold) : score >= f(threshold));
  candidates = candidates.filter(({ score }) => passes(score, rules.scoreThreshold));
  if (rules.tieOrder === 'reverse-index') candidates.reverse();
  candidates.sort((a, b) => b.score - a.score);
  if (rules.preTopK !== 'none') candidates = candidates.slice(0, rules.preTopK);
  candidates = movedApart(candidates, rules);
  let kept: Candidate[] = [];
  for (const one of candidates) {
    const rivals = kept.filter((other) => rules.semantics !== 'per-class' || other.label === one.label);
    if (rivals.every((other) => !isSuppressed(overlap(other.corners, one.corners, rules.halfPixel), rules)))
      kept.push(one);
  }
  const { maxPerClass, maxTotal } = rules;
  if (maxPerClass !== 'none') {
    kept = kept.filter(
      (one, index) => kept.slice(0, index).filter(({ label }) => label === one.label).length < maxPerClass,
    );
  }
  if (maxTotal !== 'none') kept = kept.slice(0, maxTotal);
  return kept.filter(({ score }) => passes(score, rules.finalScoreThreshold));
}

function cornersFor(input: NaiveInput, row: number, rules: NmsRules): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = input.boxes[row]!;
  const formats = {
    xyxy: [a, b, c, d],
    yxyx: [b, a, d, c],
    xywh: [a, b, f(a + c), f(b + d)],
    cxcywh: [f(a - c / 2), f(b - d / 2), f(a + c / 2), f(b + d / 2)],
  };
  let [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = formats[rules.boxFormat];
  if (rules.sortsCorners)
    [x1, y1, x2, y2] = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  let corners = [x1, y1, x2, y2];
  if (rules.unmapBefore) corners = corners.map((value, at) => f(f(value - input.pad[at % 2]!) / input.scale));
  const limits = rules.unmapBefore ? input.imageSize : input.inputSize;
  if (rules.clipBefore) corners = corners.map((value, at) => Math.min(Math.max(value, 0), limits[at % 2]!));
  return corners;
}

function movedApart(candidates: Candidate[], rules: NmsRules): Candidate[] {
  if (rules.semantics !== 'class-offset') return candidates;
  const largest = Math.max(...candidates.flatMap(({ corners }) => corners));
  const step = rules.classOffset === 'largest-coordinate' ? f(largest + 1) : rules.classOffset;
  return candidates.map((one) => ({
    ...one,
    corners: one.corners.map((value) => f(value + f(one.label * step))),
  }));
}

function overlap(a: readonly number[], b: readonly number[], isCounted: boolean): number {
  const length = (low: number, high: number): number => f(f(high - low) + (isCounted ? 1 : 0));
  const width = length(Math.max(a[0]!, b[0]!), Math.min(a[2]!, b[2]!));
  const height = length(Math.max(a[1]!, b[1]!), Math.min(a[3]!, b[3]!));
  const inter = f(Math.max(0, width) * Math.max(0, height));
  const area = (c: readonly number[]): number => f(length(c[0]!, c[2]!) * length(c[1]!, c[3]!));
  return inter === 0 ? 0 : f(inter / f(f(area(a) + area(b)) - inter));
}

function isSuppressed(iou: number, rules: NmsRules): boolean {
  const threshold = rules.iouThresholdDtype === 'float32' ? f(rules.iouThreshold) : rules.iouThreshold;
  return rules.iouStrict ? iou > threshold : iou >= threshold;
}
