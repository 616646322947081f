import { describe, expect, test, vi } from 'vitest';
import { atom, derived } from '../../../src/renderer/state/atom.ts';

describe('an atom', () => {
  test('holds what was set, and tells who wants to know', () => {
    const one = atom(1);
    const heard: number[] = [];
    const stop = one.subscribe(() => heard.push(one.get()));
    one.set(2);
    one.update((value) => value * 10);
    stop();
    one.set(3);
    expect(one.get()).toBe(3);
    expect(heard).toEqual([2, 20]);
  });

  test.each<readonly [before: unknown, after: unknown, isNews: boolean]>([
    [1, 1, false],
    [NaN, NaN, false],
    [0, -0, true],
    [undefined, undefined, false],
    ['a', 'a', false],
    [1, 2, true],
    [[], [], true],
  ])('%j after %j is news: %s', (before, after, isNews) => {
    const one = atom(before);
    const listener = vi.fn();
    one.subscribe(listener);
    one.set(after);
    expect(listener).toHaveBeenCalledTimes(isNews ? 1 : 0);
  });

  test('a listener may stop itself or others while it is told', () => {
    const one = atom(0);
    const heard: string[] = [];
    const stopFirst = one.subscribe(() => {
      heard.push('first');
      stopFirst();
    });
    one.subscribe(() => heard.push('second'));
    one.set(1);
    one.set(2);
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  test('a listener that sets it again ends', () => {
    const one = atom(0);
    one.subscribe(() => one.set(Math.min(3, one.get() + 1)));
    one.set(1);
    expect(one.get()).toBe(3);
  });
});

describe('what is derived', () => {
  test('is computed when asked for, and again only when a source has changed', () => {
    const a = atom(1);
    const b = atom(10);
    const compute = vi.fn(() => ({ sum: a.get() + b.get() }));
    const sum = derived([a, b], compute);
    expect(compute).not.toHaveBeenCalled();
    const first = sum.get();
    expect(first).toEqual({ sum: 11 });
    // The same object: what is drawn from it is not drawn again.
    expect(sum.get()).toBe(first);
    a.set(2);
    b.set(20);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(sum.get()).toEqual({ sum: 22 });
    expect(compute).toHaveBeenCalledTimes(2);
  });

  test('tells of a change of any source until it is stopped', () => {
    const a = atom(1);
    const b = atom(1);
    const listener = vi.fn();
    const stop = derived([a, b], () => a.get() + b.get()).subscribe(listener);
    a.set(2);
    b.set(2);
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    a.set(3);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  test('may be derived from what is derived, and may be undefined', () => {
    const a = atom(1);
    const compute = vi.fn((): string | undefined => undefined);
    const nothing = derived([derived([a], () => a.get() > 0)], compute);
    expect(nothing.get()).toBeUndefined();
    a.set(2);
    expect(nothing.get()).toBeUndefined();
    expect(compute).toHaveBeenCalledTimes(1);
  });
});
