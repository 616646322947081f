import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatPercent, formatShape, plural } from '../../shared/format.ts';
import type { ClassDisagreement, HeadSpec, SegmentationHead } from '../../shared/output-stage.ts';
import type { BothSides } from './head-base.ts';
import { headBase, headName } from './head-base.ts';
import { nearBorders } from './label-borders.ts';

const MOST_CLASSES = 100;

/**
 * Labels a pixel: the highest of the scores [B, C, H, W], the sign of one score [B, 1, H, W], or labels [B, H, W] as
 * they are.
 * @throws LayerdiffError not-comparable for other shapes.
 */
export function segmentationHead(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  sides: BothSides,
): SegmentationHead {
  const { dims } = sides;
  if (dims.length < 2 || dims.length > 4) {
    throw new LayerdiffError(
      'not-comparable',
      `output ${printable(sides.name)} is ${formatShape(dims)}, which is no segmentation`,
      { wayOut: 'scores are [B, C, H, W], labels [B, H, W]' },
    );
  }
  const [height = 0, width = 0] = dims.slice(-2);
  const classes = dims.length === 4 ? (dims[1] ?? 0) : undefined;
  const limit = classes === 1 ? binaryLimit(sides.reference) : 0;
  const reference = labelsOf(sides.reference, classes, height * width, limit);
  const candidate = labelsOf(sides.candidate, classes, height * width, limit);
  const near = nearBorders(reference, height, width);
  const counts = countedBy(reference, candidate, near);
  const { changed } = counts;
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const nearBorder2 = share(counts.changedNear2, changed);
  const allNearBorder2 = share(counts.near2, reference.length);
  const base = headBase(spec, known, sides.isEqual ? 'equal' : changed > 0 ? 'differs' : 'noise');
  const told =
    changed === 0
      ? `the same label in all ${reference.length} pixels`
      : `another label in ${formatPercent(changed / reference.length)} of ${plural(reference.length, 'pixel')} (${changed}); ${formatPercent(nearBorder2)} of these lie within 2 pixels of a border between labels, where ${formatPercent(allNearBorder2)} of all pixels lie`;
  return {
    kind: 'segmentation',
    ...base,
    pixels: reference.length,
    changed,
    nearBorder1: share(counts.changedNear1, changed),
    nearBorder2,
    allNearBorder1: share(counts.near1, reference.length),
    allNearBorder2,
    classes: disagreements(reference, candidate),
    text: `${headName(spec, known)}: ${told}`,
    notes: classes === 1 ? [`one score a pixel: above ${limit} it is label 1`] : [],
  };
}

/** Scores between 0 and 1 are probabilities, others are logits. */
function binaryLimit(scores: Float32Array): number {
  return scores.every((score) => score >= 0 && score <= 1) ? 0.5 : 0;
}

function labelsOf(
  values: Float32Array,
  classes: number | undefined,
  pixels: number,
  limit: number,
): Int32Array {
  if (classes === undefined) return Int32Array.from(values);
  if (classes === 1) return Int32Array.from(values, (score) => (score > limit ? 1 : 0));
  const pictures = classes * pixels === 0 ? 0 : values.length / (classes * pixels);
  const labels = new Int32Array(pictures * pixels);
  for (let picture = 0; picture < pictures; picture++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      let [best, highest] = [0, -Infinity];
      for (let label = 0; label < classes; label++) {
        const score = values[(picture * classes + label) * pixels + pixel] ?? NaN;
        if (score > highest) [best, highest] = [label, score];
      }
      labels[picture * pixels + pixel] = best;
    }
  }
  return labels;
}

interface Counts {
  changed: number;
  changedNear1: number;
  changedNear2: number;
  near1: number;
  near2: number;
}

function countedBy(reference: Int32Array, candidate: Int32Array, near: Uint8Array): Counts {
  const counts = { changed: 0, changedNear1: 0, changedNear2: 0, near1: 0, near2: 0 };
  for (let pixel = 0; pixel < reference.length; pixel++) {
    const distance = near[pixel] ?? 0;
    const isChanged = reference[pixel] !== candidate[pixel];
    if (isChanged) counts.changed++;
    if (distance === 1) counts.near1++;
    if (distance > 0) counts.near2++;
    if (isChanged && distance === 1) counts.changedNear1++;
    if (isChanged && distance > 0) counts.changedNear2++;
  }
  return counts;
}

function disagreements(reference: Int32Array, candidate: Int32Array): ClassDisagreement[] {
  const counts = new Map<number, { pixels: number; other: number; both: number }>();
  const of = (label: number): { pixels: number; other: number; both: number } => {
    const known = counts.get(label) ?? { pixels: 0, other: 0, both: 0 };
    counts.set(label, known);
    return known;
  };
  for (let pixel = 0; pixel < reference.length; pixel++) {
    const [r, c] = [reference[pixel] ?? 0, candidate[pixel] ?? 0];
    of(r).pixels++;
    of(c).other++;
    if (r === c) of(r).both++;
  }
  return [...counts]
    .map(([label, { pixels, other, both }]) => ({
      label,
      pixels,
      changed: pixels - both,
      iou: both / (pixels + other - both),
    }))
    .sort((a, b) => b.changed - a.changed || a.iou - b.iou || a.label - b.label)
    .slice(0, MOST_CLASSES);
}
