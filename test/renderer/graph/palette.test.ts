import { expect, test } from 'vitest';
import type { TensorRow } from '../../../src/shared/report.ts';
import { BINS, heatScale } from '../../../src/renderer/draw/palette.ts';
import { DEFAULT_METRIC, METRICS } from '../../../src/renderer/state/metrics.ts';
import type { Metric } from '../../../src/renderer/state/metrics.ts';

const byKey = (key: string): Metric => METRICS.find((metric) => metric.key === key)!;

test.each([
  ['nothing', 0, 0],
  ['below the scale', 1e-9, 0],
  ['just below the threshold', 0.999, BINS / 2 - 1],
  ['the threshold itself is still good', 1, BINS / 2 - 1],
  ['just above', 1.0001, BINS / 2],
  ['far above', 1e9, BINS - 1],
  ['infinite', Infinity, BINS - 1],
  ['cannot be subtracted', NaN, BINS - 1],
])('own error ÷ tolerance: %s', (_name, value, bin) => {
  expect(heatScale(DEFAULT_METRIC, [], false).binOf(value)).toBe(bin);
});

test('decades are equally long: 0.1 lies between 0.01 and 1 in the middle', () => {
  const { place } = heatScale(DEFAULT_METRIC, [], false);
  expect(place(0.1)).toBeCloseTo((place(0.01) + place(1)) / 2, 9);
});

test('a metric without threshold spans the decades that are there', () => {
  const { domain, breakAt } = heatScale(byKey('total'), [3e-7, 0.02, 0, NaN], false);
  expect(domain[0]).toBeCloseTo(1e-7, 15);
  expect(domain[1]).toBeCloseTo(0.1, 9);
  expect(breakAt).toBeUndefined();
});

test('where higher is better the largest value has the best colour', () => {
  const { binOf } = heatScale(byKey('sqnr'), [10, 140], false);
  expect([binOf(140), binOf(10), binOf(-Infinity)]).toEqual([0, BINS - 1, BINS - 1]);
});

/** Relative luminance by WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each(['light', 'dark'] as const)('%s: text has a contrast of 4.5 on every colour', (theme) => {
  for (const metric of [DEFAULT_METRIC, byKey('total')]) {
    const { colors, inks } = heatScale(metric, [1e-6, 1], theme === 'dark');
    colors.forEach((color, bin) => {
      const [low, high] = [luminance(color), luminance(inks[bin]!)].sort((one, other) => one - other);
      expect((high! + 0.05) / (low! + 0.05)).toBeGreaterThanOrEqual(4.5);
    });
  }
});

test.each(['light', 'dark'] as const)('%s: within each half lightness only rises or only falls', (theme) => {
  const { colors } = heatScale(DEFAULT_METRIC, [], theme === 'dark');
  for (const half of [colors.slice(0, BINS / 2), colors.slice(BINS / 2)]) {
    const steps = half
      .map(luminance)
      .flatMap((one, at, all) => (at === 0 ? [] : [Math.sign(one - all[at - 1]!)]));
    expect(new Set(steps.filter((one) => one !== 0)).size).toBe(1);
  }
});

test('the value that a metric reads is what a row holds', () => {
  expect(DEFAULT_METRIC.value({ excess: 3 } as TensorRow)).toBe(3);
});
