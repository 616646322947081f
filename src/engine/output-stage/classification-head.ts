import { formatNumber, plural } from '../../shared/format.ts';
import type { ChangedRow, ClassificationHead, HeadSpec } from '../../shared/output-stage.ts';
import type { BothSides } from './head-base.ts';
import { headBase, headName, largestDifference } from './head-base.ts';

const MOST_ROWS = 100;
const K = 5;

/** Scores [B, C] (leading axes are rows): which class wins, and how narrowly. */
export function classificationHead(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  { dims, reference, candidate, isEqual }: BothSides,
): ClassificationHead {
  const classes = dims.at(-1) ?? 0;
  const rows = classes === 0 ? 0 : reference.length / classes;
  const changed: ChangedRow[] = [];
  let [changedCount, sameFive] = [0, 0];
  let smallest: ClassificationHead['smallestMargin'];
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * classes, (row + 1) * classes];
    const [r, c] = [firstPlaces(reference, from, to), firstPlaces(candidate, from, to)];
    const error = largestDifference(reference, candidate, from, to);
    const margin = (reference[from + (r[0] ?? 0)] ?? NaN) - (reference[from + (r[1] ?? 0)] ?? NaN);
    if (classes > 1 && !(margin >= (smallest?.margin ?? Infinity))) smallest = { row, margin, error };
    if (r.length === c.length && r.every((one) => c.includes(one))) sameFive++;
    if (r[0] === c[0]) continue;
    changedCount++;
    if (changed.length < MOST_ROWS)
      changed.push({ row, reference: r[0] ?? -1, candidate: c[0] ?? -1, margin, error });
  }
  const base = headBase(spec, known, isEqual ? 'equal' : changedCount > 0 ? 'differs' : 'noise');
  const [first] = changed;
  const told =
    first === undefined
      ? `the same first class in ${rows === 1 ? 'the one row' : `all ${rows} rows`}${smallestText(smallest)}`
      : `another first class in ${changedCount} of ${plural(rows, 'row')}; in row ${first.row} class ${first.reference} became ${first.candidate}, ${formatNumber(first.margin)} ahead in the reference where the two sides differ by up to ${formatNumber(first.error)}`;
  return {
    kind: 'classification',
    ...base,
    rows,
    classes,
    top1: rows === 0 ? 1 : 1 - changedCount / rows,
    ...(classes > K ? { top5: rows === 0 ? 1 : sameFive / rows } : {}),
    ...(smallest === undefined ? {} : { smallestMargin: smallest }),
    changed,
    changedCount,
    text: `${headName(spec, known)}: ${told}`,
    notes:
      known === 'recognised'
        ? ['scores of classes and an embedding have the same shape: declare it with --head']
        : [],
  };
}

function smallestText(smallest: ClassificationHead['smallestMargin']): string {
  if (smallest === undefined) return '';
  const { row, margin, error } = smallest;
  return `; nearest is row ${row}, ${formatNumber(margin)} ahead with a difference of ${formatNumber(error)}`;
}

/** The first five columns by descending score, ties by index; NaN is never among them. */
function firstPlaces(scores: Float32Array, from: number, to: number): number[] {
  const best: number[] = [];
  for (let at = from; at < to; at++) {
    const score = scores[at] ?? NaN;
    if (Number.isNaN(score)) continue;
    if (best.length === K && score <= (scores[from + (best[K - 1] ?? 0)] ?? NaN)) continue;
    const place = best.findIndex((one) => score > (scores[from + one] ?? NaN));
    best.splice(place < 0 ? best.length : place, 0, at - from);
    if (best.length > K) best.pop();
  }
  return best;
}
