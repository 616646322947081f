import { formatNumber } from '../../shared/format.ts';
import type { Box, Detection, Margin, NmsRules } from '../../shared/output-stage.ts';
import { iouOf } from './iou.ts';

/** A distance below this, or below twice the error of the scores, may go either way. */
const COIN_TOSS = 0.005;

const NAMES = {
  scoreThreshold: 'the score threshold',
  finalScoreThreshold: 'the score threshold after suppression',
  iouThreshold: 'the IoU threshold',
} as const;

/**
 * How far a detection is from the thresholds of a side: of scores, and of the IoU with a better box of that side.
 * @param others that side's detections. @param box where it is compared, if not where it says.
 */
export function marginsOf(
  detection: Detection,
  others: readonly Detection[],
  rules: Partial<NmsRules>,
  scoreError: number,
  box: Box = detection.box,
): Margin[] {
  const margins: Margin[] = [];
  for (const rule of ['scoreThreshold', 'finalScoreThreshold'] as const) {
    const threshold = rules[rule];
    if (typeof threshold !== 'number') continue;
    margins.push(margin(rule, threshold, detection.score, detection.score - threshold, scoreError));
  }
  const { iouThreshold, semantics } = rules;
  if (iouThreshold !== undefined) {
    let largest = 0;
    for (const other of others) {
      if (other === detection || other.score < detection.score) continue;
      if (semantics !== 'class-agnostic' && other.label !== detection.label) continue;
      largest = Math.max(largest, iouOf(other.box, box));
    }
    if (largest > 0)
      margins.push(margin('iouThreshold', iouThreshold, largest, iouThreshold - largest, scoreError));
  }
  return margins;
}

function margin(
  rule: Margin['rule'],
  threshold: number,
  value: number,
  distance: number,
  scoreError: number,
): Margin {
  const isCoinToss = Math.abs(distance) <= Math.max(COIN_TOSS, 2 * scoreError);
  const size = formatNumber(Math.abs(distance));
  const place = value === threshold ? 'on' : `${size} ${value > threshold ? 'above' : 'below'}`;
  const what = rule === 'iouThreshold' ? `IoU ${formatNumber(value)} with a better box, ` : '';
  return {
    rule,
    threshold,
    value,
    distance,
    isCoinToss,
    text: `${what}${place} ${NAMES[rule]} ${formatNumber(threshold)}${isCoinToss ? ', a coin toss' : ''}`,
  };
}
