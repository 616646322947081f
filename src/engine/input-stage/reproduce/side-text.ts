import { formatList, formatNumber, formatPercent } from '../../../shared/format.ts';
import type { PipelineSide } from '../../../shared/input-stage.ts';
import { colourText } from '../pads.ts';
import { orientationText } from './orientation-text.ts';

/** A JPEG decoder's arithmetic may differ by one level a component, which is so many in a colour. */
const DECODER_LEVELS = 3;

/**
 * One sentence: the steps in the order in which they are done, and what they leave.
 * @param tag EXIF orientation of the picture, 1 where it has none.
 */
export function sideText(side: Omit<PipelineSide, 'text'>, tag: number): string {
  const resized = resizeText(side);
  const padded = padText(side);
  const parts = [
    side.channelOrder,
    orientationText(side.orientation, tag),
    ...(side.order === 'pad-then-resize' ? [padded, resized] : [resized, padded]),
    side.normalisation.name,
    side.layout,
  ].filter((part) => part !== '');
  return `${parts.join(', ')}; ${residualText(side)}`;
}

/** Other filters and orders that make the same. */
export function alikeText(best: PipelineSide, others: readonly PipelineSide[]): string {
  const filters = others.flatMap(({ filter, order }) =>
    filter !== undefined && order === best.order && filter !== best.filter ? [`the ${filter} filter`] : [],
  );
  const first = others.some(({ order }) => order === 'pad-then-resize') && best.order !== 'pad-then-resize';
  const names = [...new Set([...filters, ...(first ? ['padding first'] : [])])];
  return names.length === 0 ? '' : ` (by ${formatList(names)} too)`;
}

function resizeText({ filter, size, sizeRule, rounding, order }: Omit<PipelineSide, 'text'>): string {
  if (filter === undefined) return '';
  const rule = sizeRule === undefined ? '' : `, size ${sizeRule}`;
  const then = order === 'pad-then-resize' ? 'then resized, the picture' : 'resized';
  return `${then} to ${size[0]} × ${size[1]} (${filter}${rule}, ${rounding === 'uint8' ? '8-bit levels' : 'floats'})`;
}

function padText({ pads, padUnit, padValue, order }: Omit<PipelineSide, 'text'>): string {
  const { top, bottom, left, right } = pads;
  if (order === 'crop' || order === 'resize-then-crop') {
    return `cut by ${-top} rows above, ${-bottom} below, ${-left} columns left, ${-right} right`;
  }
  if (padValue === undefined) return '';
  const unit = padUnit === 'picture' ? ' in pixels of the picture' : '';
  return `padded with ${colourText(padValue)} (top ${top}, bottom ${bottom}, left ${left}, right ${right}${unit})`;
}

function residualText({ residualLevels: { max, mean, share } }: Omit<PipelineSide, 'text'>): string {
  if (max < 0.02) return 'reproduced exactly';
  const most = Math.round(max * 10) / 10;
  const amount = `off by at most ${formatNumber(most)} 8-bit ${most === 1 ? 'level' : 'levels'}, ${formatNumber(mean)} on average`;
  if (max <= DECODER_LEVELS + 0.02)
    return `reproduced but for the arithmetic of decoder and resize: ${amount}`;
  return `${amount}; ${formatPercent(share)} of the values by more than half a level`;
}
