import { useEffect, useState } from 'react';
import type { WireError } from '../../shared/errors.ts';
import { errorToWire } from '../../shared/errors.ts';

export type Remote<T> =
  | { readonly kind: 'loading'; readonly before: T | undefined }
  | { readonly kind: 'there'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: WireError };

/**
 * An answer of the service for a key; asked anew when the key changes. What an earlier key gave stays visible until
 * the new answer is there, and an answer that comes too late is dropped.
 * @param key undefined: nothing is asked.
 */
export function useRemote<T>(key: string | undefined, ask: () => Promise<T>): Remote<T> | undefined {
  const [state, setState] = useState<Remote<T> | undefined>(undefined);
  useEffect(() => {
    if (key === undefined) {
      setState(undefined);
      return undefined;
    }
    let isCurrent = true;
    setState((last) => ({ kind: 'loading', before: last?.kind === 'there' ? last.value : undefined }));
    void answerOf(ask).then((answer) => {
      if (isCurrent) setState(answer);
    });
    return () => {
      isCurrent = false;
    };
    // `ask` is a new function each time; the key says what it asks.
  }, [key]);
  return state;
}

/** However a question ends: without a connection it is refused before it is asked, which must not end the page. */
export async function answerOf<T>(ask: () => Promise<T>): Promise<Remote<T>> {
  try {
    return { kind: 'there', value: await ask() };
  } catch (error) {
    return { kind: 'refused', error: errorToWire(error) };
  }
}

/** What can be shown now. */
export function valueOf<T>(remote: Remote<T> | undefined): T | undefined {
  if (remote?.kind === 'there') return remote.value;
  return remote?.kind === 'loading' ? remote.before : undefined;
}
