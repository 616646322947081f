import { formatNumber } from '../../shared/format.ts';
import type { InputHypothesis, InputStep } from '../../shared/input-stage.ts';
import type { Numbers } from './values.ts';

/** A row without its pads. */
interface Held {
  readonly start: number;
  readonly end: number;
}

/** Pads that are tried on either side. */
const MOST_PADS = 8;

/**
 * Rows of sequences [B, T] whose contents are equal once the pads at both ends are taken off, each row having its own
 * length: padded on the other side, or with another value. Undefined where that is not so.
 */
export function sequenceHypothesis(
  dims: readonly number[],
  deployed: Numbers,
  recorded: Numbers,
): InputHypothesis | undefined {
  const [rows = 0, length = 0] = dims;
  if (dims.length !== 2 || length < 2) return undefined;
  for (const right of padsOf(recorded, rows, length)) {
    for (const fed of padsOf(deployed, rows, length)) {
      const steps = stepsFor(deployed, recorded, rows, length, fed, right);
      if (steps.length === 0) continue;
      const text = `${steps.map((step) => step.text).join('; ')}, residual 0`;
      return { steps, residual: 0, residualShare: 0, text };
    }
  }
  return undefined;
}

/** Values with which rows begin or end. */
function padsOf(values: Numbers, rows: number, length: number): number[] {
  const found = new Set<number>();
  for (let row = 0; row < rows && found.size < MOST_PADS; row++) {
    found.add(values[(row + 1) * length - 1] ?? 0);
    found.add(values[row * length] ?? 0);
  }
  return [...found];
}

function stepsFor(
  deployed: Numbers,
  recorded: Numbers,
  rows: number,
  length: number,
  fed: number,
  right: number,
): InputStep[] {
  let moved = 0;
  let left = 0;
  let padded = 0;
  for (let row = 0; row < rows; row++) {
    const a = held(deployed, row * length, length, fed);
    const b = held(recorded, row * length, length, right);
    if (a.end - a.start !== b.end - b.start) return [];
    for (let at = 0; at < a.end - a.start; at++) {
      if (deployed[a.start + at] !== recorded[b.start + at]) return [];
    }
    if (a.start !== b.start) moved++;
    if (a.start > row * length) left++;
    if (b.end - b.start < length) padded++;
  }
  if (padded === 0) return [];
  return [
    ...(moved > 0 ? [sideStep(moved, rows, left > 0)] : []),
    ...(fed === right ? [] : [valueStep(fed, right)]),
  ];
}

function held(values: Numbers, first: number, length: number, pad: number): Held {
  let start = first;
  let end = first + length;
  while (end > start && values[end - 1] === pad) end--;
  while (start < end && values[start] === pad) start++;
  return { start, end };
}

function sideStep(moved: number, rows: number, left: boolean): InputStep {
  const [fed, right] = left ? ['left', 'right'] : ['right', 'left'];
  return {
    kind: 'pad-side',
    text: `sequences padded on the ${fed} instead of the ${right} (${moved} of ${rows} rows)`,
    fix: `pad on the ${right}`,
    parameters: { deployed: fed, recorded: right, rows: moved },
  };
}

function valueStep(fed: number, right: number): InputStep {
  return {
    kind: 'pad-value',
    text: `sequences padded with ${formatNumber(fed)} instead of ${formatNumber(right)}`,
    fix: `pad with ${formatNumber(right)}`,
    parameters: { deployed: [fed], recorded: [right] },
  };
}
