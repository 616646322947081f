import { useSyncExternalStore } from 'react';

/**
 * One piece of state: a value, a way to set it, and who wants to know. Canvases subscribe directly, components by
 * `useAtom`; what follows from other atoms is computed (`derived`), never kept in step by hand.
 */
export interface ReadAtom<T> {
  readonly get: () => T;
  /** @returns the way to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Atom<T> extends ReadAtom<T> {
  readonly set: (value: T) => void;
  readonly update: (change: (value: T) => T) => void;
}

export function atom<T>(initial: T): Atom<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Computed when asked for, again only when a source has changed. */
export function derived<T>(sources: readonly ReadAtom<unknown>[], compute: () => T): ReadAtom<T> {
  let seen: readonly unknown[] | undefined;
  let value: T | undefined;
  return {
    get: () => {
      const now = sources.map((source) => source.get());
      if (seen === undefined || now.some((one, index) => !Object.is(one, seen?.[index]))) {
        seen = now;
        value = compute();
      }
      return value as T;
    },
    subscribe: (listener) => {
      const stops = sources.map((source) => source.subscribe(listener));
      return () => stops.forEach((stop) => stop());
    },
  };
}

export function useAtom<T>(source: ReadAtom<T>): T {
  return useSyncExternalStore(source.subscribe, source.get);
}
