import type { Content } from './bands.ts';
import type { Box, Planes } from './planes.ts';
import { valueAt } from './planes.ts';

/** A border row or column of the content that is mixed with the pad: what resizing over a padded picture leaves. */
export interface Blend {
  /** Weight of the content, 0 … 1. */
  readonly weight: number;
  /** Share of the squares about the pad value that the mixture explains. */
  readonly explained: number;
}

type Side = 'top' | 'bottom' | 'left' | 'right';

/** One sharper than this is not told from the picture's own border. */
const LEAST = 0.03;
const MOST = 0.95;
const EXPLAINED = 0.93;
/** What a mixture on one side only must explain: a row of fine texture resembles one. */
const EXPLAINED_ALONE = 0.98;

/**
 * The clearest blend among the padded sides of `mixed`, measured against the other side, whose content is moved by
 * (dy, dx) to lie over it. Undefined where no border is a mixture.
 * @param value maps a value of the other side to the units of `mixed`.
 */
export function blendOf(
  mixed: Planes,
  content: Content,
  clean: Planes,
  cleanBox: Box,
  dy: number,
  dx: number,
  value: (channel: number, stored: number) => number,
): Blend | undefined {
  const { box, pad } = content;
  if (pad === undefined) return undefined;
  const sides: Side[] = [
    ...(box.top > 0 ? (['top'] as const) : []),
    ...(box.bottom < mixed.height ? (['bottom'] as const) : []),
    ...(box.left > 0 ? (['left'] as const) : []),
    ...(box.right < mixed.width ? (['right'] as const) : []),
  ];
  let best: Blend | undefined;
  const mixedSides = new Set<Side>();
  for (const side of sides) {
    // The row that is mixed may lie just outside of the clean content: its neighbour inside is what it is mixed of.
    // A border that is that of the other side itself is mixed with nothing.
    const own = fit(mixed, box, pad, clean, cleanBox, dy, dx, value, side, 0, 0);
    if (own.weight > MOST && own.weight < 2 - MOST && own.explained > EXPLAINED) continue;
    for (const inward of [0, 1]) {
      const outer = fit(mixed, box, pad, clean, cleanBox, dy, dx, value, side, 0, inward);
      const inner = fit(mixed, box, pad, clean, cleanBox, dy, dx, value, side, 3, 0);
      const mixture = outer.weight > LEAST && outer.weight < MOST && outer.explained > EXPLAINED;
      if (!mixture || inner.weight < 0.97 * Math.min(1, outer.weight + 0.1)) continue;
      if (outer.weight > inner.weight - 0.04) continue;
      mixedSides.add(side);
      if (best === undefined || outer.explained > best.explained) best = outer;
    }
  }
  const alone = mixedSides.size === 1 && sides.length > 1;
  return best !== undefined && best.explained > (alone ? EXPLAINED_ALONE : EXPLAINED) ? best : undefined;
}

/** Least squares of (mixed − pad) = weight · (clean − pad) along one line of the border, `depth` lines inside. */
function fit(
  mixed: Planes,
  box: Box,
  pad: readonly number[],
  clean: Planes,
  cleanBox: Box,
  dy: number,
  dx: number,
  value: (channel: number, stored: number) => number,
  side: Side,
  depth: number,
  inward: number,
): Blend {
  const vertical = side === 'top' || side === 'bottom';
  const line =
    side === 'top'
      ? box.top + depth
      : side === 'bottom'
        ? box.bottom - 1 - depth
        : side === 'left'
          ? box.left + depth
          : box.right - 1 - depth;
  const step = side === 'top' || side === 'left' ? inward : -inward;
  const [from, to] = vertical ? [box.left + 1, box.right - 1] : [box.top + 1, box.bottom - 1];
  let ab = 0;
  let bb = 0;
  let aa = 0;
  for (let channel = 0; channel < pad.length; channel++) {
    const base = pad[channel] ?? 0;
    for (let along = from; along < to; along++) {
      const y = vertical ? line : along;
      const x = vertical ? along : line;
      const cleanY = clampInto(y + dy + (vertical ? step : 0), cleanBox.top, cleanBox.bottom);
      const cleanX = clampInto(x + dx + (vertical ? 0 : step), cleanBox.left, cleanBox.right);
      const a = valueAt(mixed, channel, y, x) - base;
      const b = value(channel, valueAt(clean, channel, cleanY, cleanX)) - base;
      ab += a * b;
      bb += b * b;
      aa += a * a;
    }
  }
  if (bb === 0 || aa === 0) return { weight: 1, explained: 0 };
  return { weight: ab / bb, explained: (ab * ab) / (aa * bb) };
}

function clampInto(at: number, start: number, end: number): number {
  return Math.min(Math.max(at, start), end - 1);
}
