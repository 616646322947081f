import { describe, expect, test } from 'vitest';
import { errorOf, findKind, normal } from './error-of.ts';
import { seeded } from '../../support/random.ts';

const DIMS = [2, 16, 4, 4];
const random = seeded(3);
const other = (value: number): number => value + normal(random);

describe('channels', () => {
  test.each<readonly [said: string, isWrong: (channel: number) => boolean, members: number[]]>([
    ['3', (channel) => channel === 3, [3]],
    ['3, 7, 8', (channel) => [3, 7, 8].includes(channel), [3, 7, 8]],
    ['8 to 15, the last ones', (channel) => channel >= 8, [8, 9, 10, 11, 12, 13, 14, 15]],
    ['every 2nd from 1', (channel) => channel % 2 === 1, [1, 3, 5, 7, 9, 11, 13, 15]],
    ['every 4th from 2', (channel) => channel % 4 === 2, [2, 6, 10, 14]],
    ['all but 5', (channel) => channel !== 5, Array.from({ length: 16 }, (_, c) => c).filter((c) => c !== 5)],
  ])('%s', (said, isWrong, members) => {
    const found = findKind(
      errorOf(DIMS, (value, [, channel]) => (isWrong(channel!) ? other(value) : value)),
      'channels',
    );
    expect(found?.figures).toMatchObject({ axis: 1, channels: members, of: 16 });
    expect(found?.text).toContain(`only ${members.length} of 16 channels (axis 1: ${said})`);
  });

  test('the caller knows the channel axis', () => {
    const error = errorOf([2, 4, 4, 16], (value, at) => (at[3] === 2 ? other(value) : value), {
      channelAxis: 3,
    });
    expect(findKind(error, 'channels')?.figures).toMatchObject({ axis: 3, channels: [2] });
  });

  test('12 wrong elements anywhere occupy some channels only, as they must', () => {
    const places = new Set([5, 40, 77, 130, 131, 200, 260, 301, 350, 399, 420, 500]);
    expect(
      findKind(
        errorOf(DIMS, (value, _, index) => (places.has(index) ? other(value) : value)),
        'channels',
      ),
    ).toBeUndefined();
  });

  test('channels that are 0 on both sides after a Relu are no contrast', () => {
    const isDead = (index: number): boolean => (Math.floor(index / 16) % 16) % 3 === 0;
    const error = errorOf(DIMS, (value) => (value === 0 ? 0 : value + 1 + random()), {
      values: (index) => (isDead(index) ? 0 : 1 + random()),
    });
    expect(findKind(error, 'channels')).toBeUndefined();
  });
});
