import type { InputStep } from '../../shared/input-stage.ts';
import { formatShape } from '../../shared/format.ts';
import type { Alignment } from './alignment.ts';
import { layoutName } from './layouts.ts';
import type { ValueMap } from './value-map.ts';

/** Axes, channels and flips: what only moves elements. */
export function arrangementSteps(
  { arrangement, flip, order }: Alignment,
  map: ValueMap,
  dims: { readonly deployed: readonly number[]; readonly recorded: readonly number[] },
): InputStep[] {
  const { axes, relabelled } = arrangement;
  const steps: InputStep[] = [];
  const turned = axes.some((axis, at) => axis !== at);
  if (turned) {
    const list = axes.join(', ');
    const names = [layoutName(dims.deployed), layoutName(dims.recorded)];
    const named = !relabelled && names[0] !== names[1] && names[0] !== '' && names[1] !== '';
    steps.push({
      kind: 'layout',
      text: relabelled
        ? `reshaped where axes should be permuted: the data lie in the order (${list})`
        : `axes permuted (${list})${named ? `: ${names[0] ?? ''} instead of ${names[1] ?? ''}` : ''}`,
      fix: relabelled ? 'transpose instead of reshaping' : `transpose by (${list})`,
      parameters: { axes, ...(relabelled ? { how: 'reshaped' } : {}) },
    });
  }
  if (dims.deployed.length !== dims.recorded.length) steps.push(rankStep(dims));
  if (order.some((channel, at) => channel !== at)) {
    const reversed = order.slice(0, 3).join() === '2,1,0';
    const before = isReversedBefore(order, map);
    steps.push({
      kind: 'channel-order',
      text: `channels in the order (${order.join(', ')})${reversed ? ', BGR against RGB' : ''}${before ? ', turned before normalising' : ''}`,
      fix: reversed ? 'reverse the channels' : `take the channels in the order (${order.join(', ')})`,
      parameters: { order, ...(before ? { when: 'before normalising' } : {}) },
    });
  }
  if (flip.vertical || flip.horizontal) {
    const both = flip.vertical && flip.horizontal;
    const name = both ? 'upside down and left to right' : flip.vertical ? 'upside down' : 'left to right';
    steps.push({
      kind: 'flip',
      text: `flipped ${name}`,
      fix: `flip it back ${name}`,
      parameters: { vertical: flip.vertical ? 1 : 0, horizontal: flip.horizontal ? 1 : 0 },
    });
  }
  return steps;
}

/** Another number of axes: mostly the batch's. */
function rankStep(dims: Parameters<typeof arrangementSteps>[2]): InputStep {
  const { deployed, recorded } = dims;
  const [more, fewer] = deployed.length > recorded.length ? [deployed, recorded] : [recorded, deployed];
  const isBatch = more.length === fewer.length + 1 && more[0] === 1;
  const what = !isBatch
    ? 'axes of one element'
    : more === recorded
      ? 'the batch axis is missing'
      : 'a batch axis too many';
  return {
    kind: 'layout',
    text: `shape ${formatShape(deployed)} instead of ${formatShape(recorded)}: ${what}`,
    fix: isBatch
      ? more === recorded
        ? 'add a batch axis of one element in front'
        : 'take away the first axis'
      : `reshape to ${formatShape(recorded)}`,
    parameters: { deployed, recorded },
  };
}

/** Channels turned first and then normalised look as if their constants were turned too: one step, not two. */
export function isReversedBefore(order: readonly number[], map: ValueMap): boolean {
  if (order.join() !== '2,1,0' || map.deployed === undefined || map.recorded === undefined) return false;
  const turned =
    map.deployed.name.startsWith(map.recorded.name) || map.recorded.name.startsWith(map.deployed.name);
  return turned && map.deployed.reversed !== map.recorded.reversed;
}
