import { formatNumber } from '../../shared/format.ts';
import type { EmbeddingHead, EmbeddingRow, HeadSpec } from '../../shared/output-stage.ts';
import type { BothSides } from './head-base.ts';
import { headBase, headName } from './head-base.ts';

const MOST_ROWS = 100;
/** Neighbours cost the square of the rows. */
const MOST_NEIGHBOURS = 2000;
/** Dimensions times pairs of rows: a second of arithmetic. */
const MOST_PRODUCTS = 1e9;
/** Below it a row points elsewhere. */
const SAME_DIRECTION = 0.999;

/** Vectors [B, D] (leading axes are rows): their angle between the sides, and who is nearest to whom within the batch. */
export function embeddingHead(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  { dims, reference, candidate, isEqual }: BothSides,
): EmbeddingHead {
  const dimensions = dims.at(-1) ?? 0;
  const rows = dimensions === 0 ? 0 : reference.length / dimensions;
  const areNeighboursKnown = rows > 2 && rows <= MOST_NEIGHBOURS && rows * rows * dimensions <= MOST_PRODUCTS;
  const nearest = areNeighboursKnown
    ? [nearestRows(reference, rows, dimensions), nearestRows(candidate, rows, dimensions)]
    : [];
  const all: EmbeddingRow[] = [];
  let [sum, changes] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const cosine = cosineOf(reference, row * dimensions, candidate, row * dimensions, dimensions);
    sum += cosine;
    const [r, c] = [nearest[0]?.[row], nearest[1]?.[row]];
    if (r !== c) changes++;
    all.push({
      row,
      cosine,
      ...(r === undefined || c === undefined ? {} : { nearest: { reference: r, candidate: c } }),
    });
  }
  const lowest = all.reduce((least, { cosine }) => Math.min(least, cosine), 1);
  const isMoved = !(lowest >= SAME_DIRECTION) || changes > 0;
  const base = headBase(spec, known, isEqual ? 'equal' : isMoved ? 'differs' : 'noise');
  const neighbours = areNeighboursKnown
    ? `; the nearest neighbour is another for ${changes} of ${rows} rows`
    : '';
  return {
    kind: 'embedding',
    ...base,
    rows,
    dimensions,
    lowestCosine: lowest,
    meanCosine: rows === 0 ? 1 : sum / rows,
    ...(areNeighboursKnown ? { neighbourChanges: changes } : {}),
    worst: all.sort((a, b) => a.cosine - b.cosine).slice(0, MOST_ROWS),
    text: `${headName(spec, known)}: lowest cosine ${formatNumber(lowest)} over ${rows} rows${neighbours}`,
    notes:
      rows > 2 && !areNeighboursKnown
        ? [`neighbours of ${rows} rows were not compared: there are too many`]
        : [],
  };
}

/** 1 for two zero vectors; 0 where only one of them is zero or something is not finite. */
function cosineOf(a: Float32Array, i: number, b: Float32Array, j: number, size: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < size; at++) {
    const x = a[i + at] ?? NaN;
    const y = b[j + at] ?? NaN;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (aa === 0 && bb === 0) return 1;
  const cosine = ab / Math.sqrt(aa * bb);
  return Number.isFinite(cosine) ? Math.min(1, Math.max(-1, cosine)) : 0;
}

function nearestRows(values: Float32Array, rows: number, size: number): Int32Array {
  const nearest = new Int32Array(rows).fill(-1);
  const highest = new Float64Array(rows).fill(-Infinity);
  for (let row = 0; row < rows; row++) {
    for (let other = row + 1; other < rows; other++) {
      const cosine = cosineOf(values, row * size, values, other * size, size);
      if (cosine > (highest[row] ?? 0)) [highest[row], nearest[row]] = [cosine, other];
      if (cosine > (highest[other] ?? 0)) [highest[other], nearest[other]] = [cosine, row];
    }
  }
  return nearest;
}
