import { formatNumber } from '../../shared/format.ts';
import type { InputStep } from '../../shared/input-stage.ts';
import type { Laid } from './laid.ts';
import { mappedBack, placeOf } from './laid.ts';
import { wholeOf } from './planes.ts';

/** Pads this part of a level apart are one colour; a whole level where the map of values is fitted to other pixels. */
const SAME_LEVEL = 0.05;
const FITTED_LEVEL = 1;

/** Both sides are padded, with other values. @param rounding relative rounding of a narrower dtype on one side. */
export function padValueStep(laid: Laid, rounding: number): InputStep | undefined {
  const { alignment, recorded, map, levels, tolerance } = laid;
  const there = alignment.content.pad;
  const here = recorded.content.pad;
  if (there === undefined || here === undefined) return undefined;
  const deployed = there.map((value, channel) => mappedBack(map, channel, value));
  const apart = map.form === 'none' || map.form === 'known' ? SAME_LEVEL : FITTED_LEVEL;
  const off = there.some((value, channel) => {
    const gain = map.gain[channel] ?? 1;
    const expected = gain * (here[channel] ?? 0) + (map.bias[channel] ?? 0);
    const level = levels === undefined ? 0 : apart * (levels.normalisation.gain[channel] ?? 1);
    return (
      Math.abs(value - expected) >
      Math.abs(gain) * Math.max(4 * tolerance, level) + rounding * Math.abs(value)
    );
  });
  if (!off) return undefined;
  const inLevels = (values: readonly number[]): readonly number[] =>
    levels === undefined
      ? values
      : values.map((value, channel) => {
          const { gain, bias } = levels.normalisation;
          return Math.round(((value - (bias[channel] ?? 0)) / (gain[channel] ?? 1)) * 100) / 100;
        });
  const fed = inLevels(deployed);
  const right = inLevels(here);
  const place = placeOf(recorded.content.box, wholeOf(recorded.planes));
  const unit = levels === undefined || levels.normalisation.gain[0] === 1 ? '' : ' (8-bit levels)';
  return {
    kind: 'pad-value',
    text: `pad value ${colourText(fed)} instead of ${colourText(right)}${unit} outside ${place}`,
    fix: `pad with ${colourText(right)}`,
    parameters: { deployed: fed, recorded: right },
  };
}

/** One number where all channels have it. */
export function colourText(values: readonly number[]): string {
  const [first = 0] = values;
  return values.every((value) => value === first)
    ? formatNumber(first)
    : `(${values.map(formatNumber).join(', ')})`;
}
