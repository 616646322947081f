import { describe, expect, test } from 'vitest';
import { barOf, shareScale, telling } from '../../../src/renderer/views/site/shares.ts';
import type { SiteContribution } from '../../../src/shared/report.ts';

const of = (...shares: readonly (number | undefined)[]): SiteContribution[] =>
  shares.map((share, index) => ({ output: `o${index}`, share }));

describe('bars: start and length on a scale that holds 0 and all of the error', () => {
  test.each<readonly [shares: readonly (number | undefined)[], readonly (readonly [string, string])[]]>([
    [
      [0.25, 1],
      [
        ['0%', '25%'],
        ['0%', '100%'],
      ],
    ],
    // From −0.25 to 1 is 1.25: 0 lies at a fifth.
    [
      [-0.25, 0.5],
      [
        ['0%', '20%'],
        ['20%', '40%'],
      ],
    ],
    [
      [1.6, 0.4],
      [
        ['0%', '100%'],
        ['0%', '25%'],
      ],
    ],
    // What is farther than twice the error is drawn as twice.
    [
      [-7, 9],
      [
        ['0%', '50%'],
        ['50%', '50%'],
      ],
    ],
    [
      [undefined, 0],
      [
        ['0%', '0%'],
        ['0%', '0%'],
      ],
    ],
  ])('%j', (shares, expected) => {
    const contribution = of(...shares);
    const scale = shareScale(contribution);
    expect(
      contribution.map(({ share }) => {
        const { insetInlineStart, inlineSize } = barOf(scale, share ?? 0);
        return [insetInlineStart, inlineSize];
      }),
    ).toEqual(expected);
  });

  test('the place of 0', () => {
    expect(shareScale(of(0.3)).zero).toBe('0%');
    expect(shareScale(of(-0.25)).zero).toBe('20%');
    expect(shareScale([]).zero).toBe('0%');
  });
});

test('of many outputs those with the largest shares, in their order', () => {
  expect(telling(of(0.1, -0.9, undefined, 0.5, 0.2))).toEqual({
    shown: [
      { output: 'o1', share: -0.9 },
      { output: 'o3', share: 0.5 },
      { output: 'o4', share: 0.2 },
    ],
    left: 2,
  });
  expect(telling(of(0.1))).toEqual({ shown: of(0.1), left: 0 });
  expect(telling([])).toEqual({ shown: [], left: 0 });
});
