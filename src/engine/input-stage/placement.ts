import { formatList, plural } from '../../shared/format.ts';
import type { InputStep } from '../../shared/input-stage.ts';
import type { Laid } from './laid.ts';
import { mappedBack, placeOf } from './laid.ts';
import type { Box, Planes } from './planes.ts';
import { moved, sameBox, valueAt, wholeOf } from './planes.ts';

/** Where the content lies in the canvas on either side: pads, windows, moves. Contents of one scale. */
export function placementSteps(laid: Laid): InputStep[] {
  const { alignment, recorded } = laid;
  const { dy, dx, content, planes } = alignment;
  const there = moved(content.box, dy, dx);
  const here = recorded.content.box;
  const sameCanvas = planes.height === recorded.planes.height && planes.width === recorded.planes.width;
  if (sameBox(there, here)) {
    if (!sameCanvas) return [canvasStep(laid)];
    return dy === 0 && dx === 0 ? [] : [padSideStep(laid)];
  }
  if (!sameCanvas) return [cropStep(laid)];
  if (dy === 0 && dx === 0) return [bandStep(laid)];
  if (wraps(laid)) return [shiftStep(laid, 'what leaves the canvas comes in on the other side')];
  if (filled(content.box, wholeOf(planes), dy, dx)) {
    return [shiftStep(laid, 'what comes in is constant')];
  }
  return [cropStep(laid)];
}

function padsOf({ top, bottom, left, right }: Box, { height, width }: Planes): readonly number[] {
  return [top, height - bottom, left, width - right];
}

function padText([top = 0, bottom = 0, left = 0, right = 0]: readonly number[]): string {
  return `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
}

function canvasStep({ alignment, recorded }: Laid): InputStep {
  const { planes, content } = alignment;
  const fed = padsOf(content.box, planes);
  const right = padsOf(recorded.content.box, recorded.planes);
  return {
    kind: 'pad-amount',
    text: `canvas ${planes.height} × ${planes.width} instead of ${recorded.planes.height} × ${recorded.planes.width}: pads ${padText(fed)} instead of ${padText(right)}`,
    fix: `pad ${padText(right)}`,
    parameters: { deployed: fed, recorded: right },
  };
}

/** Pads that differ by one are one odd pixel given to the other side; more is another corner. */
function padSideStep({ alignment, recorded }: Laid): InputStep {
  const { planes, content, dy, dx } = alignment;
  const fed = padsOf(content.box, planes);
  const right = padsOf(recorded.content.box, recorded.planes);
  const kind = Math.abs(dy) <= 1 && Math.abs(dx) <= 1 ? 'pad-amount' : 'pad-side';
  return {
    kind,
    text: `content ${sideText(fed)} instead of ${sideText(right)}: pads ${padText(fed)} instead of ${padText(right)}`,
    fix: `pad ${padText(right)}`,
    parameters: { deployed: fed, recorded: right, dy, dx },
  };
}

function sideText([top = 0, bottom = 0, left = 0, right = 0]: readonly number[]): string {
  const side = (before: number, after: number, names: readonly [string, string]): string =>
    Math.abs(before - after) <= 1 ? '' : before === 0 ? names[0] : after === 0 ? names[1] : 'off-centre';
  const words = [side(top, bottom, ['top', 'bottom']), side(left, right, ['left', 'right'])];
  const text = words.filter((word) => word !== '').join(' ');
  return text === '' ? 'centred' : `at the ${text}`;
}

/** What is content on one side is a constant band on the other. */
function bandStep({ alignment, recorded }: Laid): InputStep {
  const { planes, content } = alignment;
  const fed = padsOf(content.box, planes);
  const right = padsOf(recorded.content.box, recorded.planes);
  const more = fed.reduce((sum, one) => sum + one, 0) > right.reduce((sum, one) => sum + one, 0);
  const place = placeOf(more ? content.box : recorded.content.box, wholeOf(planes));
  return {
    kind: 'crop',
    text: `${more ? 'the deployed' : 'the recorded'} picture ends at ${place} and is constant outside: bands ${padText(fed)} instead of ${padText(right)}`,
    fix: more ? 'feed the whole picture' : 'cut the picture as PyTorch was given it',
    parameters: { deployed: fed, recorded: right },
  };
}

/** `3 rows down and 5 columns left`. */
function directionText(rows: number, columns: number): string {
  const parts = [
    ...(rows === 0 ? [] : [`${plural(Math.abs(rows), 'row')} ${rows > 0 ? 'down' : 'up'}`]),
    ...(columns === 0 ? [] : [`${plural(Math.abs(columns), 'column')} ${columns > 0 ? 'right' : 'left'}`]),
  ];
  return formatList(parts);
}

function shiftStep({ alignment: { dy, dx } }: Laid, how: string): InputStep {
  return {
    kind: 'shift',
    text: `picture moved ${directionText(-dy, -dx)}; ${how}`,
    fix: `move it ${directionText(dy, dx)}`,
    parameters: { rows: -dy, columns: -dx },
  };
}

function cropStep({ alignment, recorded }: Laid): InputStep {
  const { planes, dy, dx } = alignment;
  const size = `${planes.height} × ${planes.width}`;
  const wanted = `${recorded.planes.height} × ${recorded.planes.width}`;
  const inside = planes.height <= recorded.planes.height && planes.width <= recorded.planes.width;
  const text =
    size === wanted
      ? `cut out elsewhere, ${directionText(dy, dx)} of where the recorded picture is cut out`
      : inside
        ? `cut to ${size}: rows ${dy}-${dy + planes.height}, columns ${dx}-${dx + planes.width} of the recorded ${wanted}`
        : `${size} instead of ${wanted}: the recorded picture is cut out at row ${-dy}, column ${-dx}`;
  return {
    kind: 'crop',
    text,
    fix: size === wanted ? `move what is cut out ${directionText(-dy, -dx)}` : `feed ${wanted}`,
    parameters: { rows: dy, columns: dx, height: planes.height, width: planes.width },
  };
}

/** The rows and columns that a move leaves free are a band of exactly that depth. */
function filled(content: Box, whole: Box, dy: number, dx: number): boolean {
  const rows = dy === 0 || (dy < 0 ? content.top === -dy : whole.bottom - content.bottom === dy);
  const columns = dx === 0 || (dx < 0 ? content.left === -dx : whole.right - content.right === dx);
  return rows && columns;
}

/** What leaves on one side comes in on the other (torch.roll), about as well as the rest fits. */
function wraps({ alignment, recorded, map, tolerance, difference }: Laid): boolean {
  const { planes, dy, dx } = alignment;
  const { height, width } = recorded.planes;
  let sum = 0;
  let count = 0;
  for (let channel = 0; channel < planes.origins.length; channel++) {
    for (let y = 0; y < height; y++) {
      const row = y + dy;
      for (let x = 0; x < width; x++) {
        const column = x + dx;
        if (row >= 0 && row < height && column >= 0 && column < width) continue;
        const fed = mappedBack(map, channel, valueAt(planes, channel, y, x));
        const value = valueAt(recorded.planes, channel, (row + height) % height, (column + width) % width);
        sum += Math.abs(fed - value);
        count++;
      }
    }
  }
  return count > 0 && sum / count <= 2 * difference.mean + tolerance;
}
