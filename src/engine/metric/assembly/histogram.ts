import { DIFFERENCE, HISTOGRAM_BYTES, HISTOGRAM_EVEN, HISTOGRAM_ODD, RAW_CANDIDATE } from './memory';

/** Counts |d| of the tile. The bin is the upper 15 bits below the sign: exponent and three bits of mantissa. */
export function countDifferences(count: i32, max: f64, allFinite: bool): void {
  if (max == 0 && allFinite) {
    countEqual(count);
    return;
  }
  const even = count & ~1;
  const end = DIFFERENCE + ((<usize>even) << 3);
  for (let at = DIFFERENCE; at < end; at += 16) {
    countPair(at);
  }
  if (even != count) increment(HISTOGRAM_EVEN, load<u16>(end, 6), 1);
}

/** Counts two neighbouring |d|, an even element's and the odd one's after it. */
export function countPair(at: usize): void {
  increment(HISTOGRAM_EVEN, load<u16>(at, 6), 1);
  increment(HISTOGRAM_ODD, load<u16>(at, 14), 1);
}

/** Takes back what `countPair` counted of a tile. */
export function uncountPairs(count: i32): void {
  const end = DIFFERENCE + ((<usize>count) << 3);
  for (let at = DIFFERENCE; at < end; at += 16) {
    increment(HISTOGRAM_EVEN, load<u16>(at, 6), -1);
    increment(HISTOGRAM_ODD, load<u16>(at, 14), -1);
  }
}

export function countEqual(count: i32): void {
  store<u32>(HISTOGRAM_EVEN, load<u32>(HISTOGRAM_EVEN) + count);
}

/** Elements in the first bin. */
export function equalSoFar(): u32 {
  return load<u32>(HISTOGRAM_EVEN) + load<u32>(HISTOGRAM_ODD);
}

function increment(histogram: usize, upper: u32, by: u32): void {
  const counter = histogram + (((<usize>upper) & 0xfffe) << 1);
  store<u32>(counter, load<u32>(counter) + by);
}

/**
 * Writes the non-empty bins, ascending, as pairs (bin, count) of uint32 where the candidate's chunk lies, empties
 * the histogram and gives the number of pairs. To be called at least every 2^32 elements.
 */
export function drainHistogram(): i32 {
  let pairs = 0;
  for (let offset: usize = 0; offset < HISTOGRAM_BYTES; offset += 16) {
    const both = i32x4.add(v128.load(HISTOGRAM_EVEN + offset), v128.load(HISTOGRAM_ODD + offset));
    if (!v128.any_true(both)) continue;
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const count = load<u32>(HISTOGRAM_EVEN + offset + lane) + load<u32>(HISTOGRAM_ODD + offset + lane);
      if (count == 0) continue;
      const pair = RAW_CANDIDATE + ((<usize>pairs) << 3);
      store<u32>(pair, <u32>((offset + lane) >> 2));
      store<u32>(pair, count, 4);
      pairs++;
    }
    v128.store(HISTOGRAM_EVEN + offset, i64x2.splat(0));
    v128.store(HISTOGRAM_ODD + offset, i64x2.splat(0));
  }
  return pairs;
}
