import { expect, test } from 'vitest';
import { formatPercent } from '../../src/shared/format.ts';

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.999_999, '100 %'],
  [0.4797, '48 %'],
  [0.0582, '5.8 %'],
  [0.0996, '10 %'],
  [0.001, '0.1 %'],
  [0.0001, '≈ 0 %'],
  [-0.0001, '≈ 0 %'],
  [-0.0164, '−1.6 %'],
  [-1.25, '−125 %'],
  [NaN, 'NaN'],
  [Infinity, '∞'],
])('%f of the whole is %s', (part, text) => {
  expect(formatPercent(part)).toBe(text);
});
