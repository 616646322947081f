import { formatNumber } from '../../shared/format.ts';
import type { InputStep } from '../../shared/input-stage.ts';
import { colourText } from './pads.ts';
import type { ValueMap } from './value-map.ts';

/** The map of values as a step; undefined where it maps each value to itself. */
export function valueStep(map: ValueMap): InputStep | undefined {
  const parameters = { gain: map.gain, bias: map.bias };
  switch (map.form) {
    case 'none':
      return undefined;
    case 'known':
      return knownStep(map);
    case 'scale': {
      const [gain = 1] = map.gain;
      return {
        kind: 'scale',
        text: `values ${factorText(gain)}`,
        fix: `${gain > 1 ? 'divide' : 'multiply'} by ${formatNumber(gain > 1 ? gain : 1 / gain)}`,
        parameters,
      };
    }
    case 'affine': {
      const [gain = 1] = map.gain;
      const [bias = 0] = map.bias;
      return {
        kind: 'scale',
        text: `deployed = ${formatNumber(gain)} · recorded ${signed(bias)}`,
        fix: `undo it: (value ${signed(-bias)}) / ${formatNumber(gain)}`,
        parameters,
      };
    }
    case 'channels':
      return {
        kind: 'normalisation',
        text: `another mean and std by channel: deployed = ${colourText(map.gain)} · recorded + ${colourText(map.bias)}`,
        fix: 'normalise with the same mean and std',
        parameters,
      };
  }
}

function knownStep({ gain, bias, deployed, recorded }: ValueMap): InputStep {
  const names = { deployed: deployed?.name ?? '', recorded: recorded?.name ?? '' };
  const factor = bias.every((one) => one === 0) && gain.every((one) => one === gain[0]);
  return {
    kind: factor ? 'scale' : 'normalisation',
    text: factor
      ? `values ${factorText(gain[0] ?? 1)}: ${names.deployed} instead of ${names.recorded}`
      : `normalised as ${names.deployed} instead of ${names.recorded}`,
    fix: `normalise as ${names.recorded}`,
    parameters: { gain, bias, ...names },
  };
}

function factorText(gain: number): string {
  if (gain < 0) return `${formatNumber(gain)} times as large (sign turned)`;
  const inverse = 1 / gain;
  return Math.abs(inverse - Math.round(inverse)) < 1e-6 * inverse && gain < 1
    ? `${Math.round(inverse)} times too small`
    : `${formatNumber(gain)} times as large`;
}

function signed(value: number): string {
  return value < 0 ? `− ${formatNumber(-value)}` : `+ ${formatNumber(value)}`;
}
