import type { InputStep, PipelineSide } from '../../../shared/input-stage.ts';
import { colourText } from '../pads.ts';
import { orientationText } from './orientation-text.ts';

/**
 * What the deployed pipeline does otherwise than the recorded one, in the order in which it is done.
 * @param tag EXIF orientation of the picture, 1 where it has none.
 */
export function sideSteps(deployed: PipelineSide, recorded: PipelineSide, tag: number): InputStep[] {
  const steps: InputStep[] = [];
  const add = (
    kind: InputStep['kind'],
    a: string | number,
    b: string | number,
    text: string,
    fix: string,
  ): void => {
    steps.push({ kind, text, fix, parameters: { deployed: a, recorded: b } });
  };
  if (deployed.orientation !== recorded.orientation)
    steps.push(orientationStep(deployed.orientation, recorded.orientation, tag));
  if (deployed.channelOrder !== recorded.channelOrder) {
    const [a, b] = [deployed.channelOrder, recorded.channelOrder];
    add('channel-order', a, b, `${a} instead of ${b}`, `convert to ${b}`);
  }
  const order = orderStep(deployed, recorded);
  if (order !== undefined) steps.push(order);
  if (deployed.filter !== undefined && recorded.filter !== undefined && deployed.filter !== recorded.filter) {
    const [a, b] = [deployed.filter, recorded.filter];
    add('filter', a, b, `${a} filter instead of ${b}`, `resize with the ${b} filter`);
  }
  // A quarter turn exchanges height and width: other sizes and pads follow from it.
  const turned = deployed.orientation >= 5 !== recorded.orientation >= 5;
  if (deployed.order === recorded.order && !turned) steps.push(...placeSteps(deployed, recorded));
  const value = padValueStep(deployed, recorded);
  if (value !== undefined) steps.push(value);
  if (
    deployed.rounding !== recorded.rounding &&
    deployed.rounding !== undefined &&
    recorded.rounding !== undefined
  ) {
    const [a, b] = [deployed.rounding, recorded.rounding];
    add(
      'rounding',
      a,
      b,
      `resized as ${a} instead of ${b}`,
      `resize ${b === 'uint8' ? '8-bit levels' : 'floats'}`,
    );
  }
  if (deployed.normalisation.name !== recorded.normalisation.name) {
    const [a, b] = [deployed.normalisation.name, recorded.normalisation.name];
    add('normalisation', a, b, `normalised as ${a} instead of ${b}`, `normalise as ${b}`);
  }
  if (deployed.layout !== recorded.layout) steps.push(layoutStep(deployed.layout, recorded.layout));
  return steps;
}

function orientationStep(deployed: number, recorded: number, tag: number): InputStep {
  const parameters = { deployed, recorded };
  const tagged = tag !== 1 && [deployed, recorded].every((one) => one === 1 || one === tag);
  if (tagged)
    return {
      kind: 'orientation',
      text: `EXIF orientation ${deployed === 1 ? 'not applied' : `${deployed} applied`} where the recorded side ${recorded === 1 ? 'does not apply it' : `applies ${recorded}`}`,
      fix: recorded === 1 ? 'ignore the EXIF orientation' : 'apply the EXIF orientation',
      parameters,
    };
  const [own, right] = [orientationText(deployed, tag), orientationText(recorded, tag)];
  return {
    kind: 'orientation',
    text: `picture ${own === '' ? 'as it is stored' : own} where the recorded side has it ${right === '' ? 'as it is stored' : right}`,
    fix: right === '' ? 'feed the picture as it is stored' : `feed the picture ${right}`,
    parameters,
  };
}

/** An axis of the batch that one side has not is no matter of transposing. */
function layoutStep(deployed: string, recorded: string): InputStep {
  const parameters = { deployed, recorded };
  const [missing, more] = [recorded.startsWith('N'), deployed.startsWith('N')];
  const axes = (layout: string): string => layout.replace('N', '');
  const transpose = axes(deployed) === axes(recorded) ? [] : [`transpose to ${axes(recorded)}`];
  if (missing === more)
    return {
      kind: 'layout',
      text: `${deployed} instead of ${recorded}`,
      fix: `transpose to ${recorded}`,
      parameters,
    };
  return {
    kind: 'layout',
    text: `${deployed} instead of ${recorded}: ${missing ? 'the batch axis is missing' : 'a batch axis too many'}`,
    fix: missing
      ? [...transpose, 'add a batch axis of one element in front'].join(', then ')
      : ['take away the first axis', ...transpose].join(', then '),
    parameters,
  };
}

const ORDERS: Readonly<Record<PipelineSide['order'], string>> = {
  'resize-then-pad': 'resized, then padded',
  'pad-then-resize': 'padded, then resized',
  resize: 'stretched to the canvas',
  'resize-then-crop': 'resized, then cut',
  crop: 'cut without resizing',
  pad: 'padded without resizing',
  none: 'taken as it is',
};

function orderStep(deployed: PipelineSide, recorded: PipelineSide): InputStep | undefined {
  if (deployed.order === recorded.order) return undefined;
  const orders = [deployed.order, recorded.order];
  const padding = orders.every((one) => one === 'resize-then-pad' || one === 'pad-then-resize');
  const cut = orders.some((one) => one === 'crop' || one === 'resize-then-crop');
  return {
    kind: padding ? 'resize-order' : cut ? 'crop' : 'resize',
    text: `${ORDERS[deployed.order]} where the recorded side is ${ORDERS[recorded.order]}`,
    fix: orderFix(recorded, padding),
    parameters: {
      deployed: deployed.order,
      recorded: recorded.order,
      side: deployed.order === 'pad-then-resize' ? 'deployed' : 'recorded',
    },
  };
}

/** What PyTorch's side does, as an order. */
function orderFix({ order, size, pads, padUnit, padValue }: PipelineSide, padding: boolean): string {
  if (padding) return order === 'resize-then-pad' ? 'resize first, then pad' : 'pad first, then resize';
  const { top, bottom, left, right } = pads;
  const pad = `pad ${padsText([top, bottom, left, right])}${padUnit === 'picture' ? ' in pixels of the picture' : ''}${padValue === undefined ? '' : ` with ${colourText(padValue)}`}`;
  const resize = `resize to ${size.join(' × ')}`;
  const cut = `cut ${-top} rows above, ${-bottom} below, ${-left} columns left, ${-right} right`;
  switch (order) {
    case 'resize-then-pad':
      return `${resize}, then ${pad}`;
    case 'pad-then-resize':
      return `${pad}, then resize`;
    case 'resize':
      return `${resize} without padding or cutting`;
    case 'resize-then-crop':
      return `${resize}, then ${cut}`;
    case 'crop':
      return `${cut}, without resizing`;
    case 'pad':
      return `${pad}, without resizing`;
    case 'none':
      return 'feed the picture as it is, without resizing';
  }
}

function placeSteps(deployed: PipelineSide, recorded: PipelineSide): InputStep[] {
  if (deployed.size.join() !== recorded.size.join()) {
    const rules = [deployed.sizeRule, recorded.sizeRule].map((rule) =>
      rule === undefined ? '' : ` (${rule})`,
    );
    return [
      {
        kind: 'resize',
        text: `picture resized to ${deployed.size.join(' × ')}${rules[0] ?? ''} instead of ${recorded.size.join(' × ')}${rules[1] ?? ''}`,
        fix: `resize to ${recorded.size.join(' × ')}`,
        parameters: { deployed: deployed.size, recorded: recorded.size },
      },
    ];
  }
  const a = padList(deployed);
  const b = padList(recorded);
  if (a.join() === b.join()) return [];
  const cut = deployed.order === 'crop' || deployed.order === 'resize-then-crop';
  const near = a.every((pad, side) => Math.abs(pad - (b[side] ?? 0)) <= 1);
  return [
    {
      kind: cut ? 'crop' : near ? 'pad-amount' : 'pad-side',
      text: `pads ${padsText(a)} instead of ${padsText(b)}`,
      fix: `pad ${padsText(b)}`,
      parameters: { deployed: a, recorded: b },
    },
  ];
}

function padList({ pads }: PipelineSide): number[] {
  return [pads.top, pads.bottom, pads.left, pads.right];
}

function padsText([top = 0, bottom = 0, left = 0, right = 0]: readonly number[]): string {
  return `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
}

function padValueStep(deployed: PipelineSide, recorded: PipelineSide): InputStep | undefined {
  const [a, b] = [deployed.padValue, recorded.padValue];
  if (
    a === undefined ||
    b === undefined ||
    a.every((value, channel) => Math.abs(value - (b[channel] ?? 0)) < 0.5)
  ) {
    return undefined;
  }
  return {
    kind: 'pad-value',
    text: `pad value ${colourText(a)} instead of ${colourText(b)} (8-bit levels)`,
    fix: `pad with ${colourText(b)}`,
    parameters: { deployed: a, recorded: b },
  };
}
