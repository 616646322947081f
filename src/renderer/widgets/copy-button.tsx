import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';

export interface CopyButtonProps {
  readonly text: string;
  /** What the button is called, and what it is called when it has been pressed. */
  readonly label: string;
  readonly done: string;
}

const SHOWN_MILLIS = 1500;

/** Puts a text on the clipboard, and says so by a tick for a moment. */
export function CopyButton({ text, label, done }: CopyButtonProps): ReactNode {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), SHOWN_MILLIS);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <button
      type="button"
      className="copy"
      aria-label={isDone ? done : label}
      title={isDone ? done : label}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}
    >
      <svg viewBox="0 0 14 14" width="12" height="12" aria-hidden="true">
        <path d={isDone ? 'M2 7.5l3.2 3.2L12 4' : 'M5 4.5h6.5v8H5zM3 9.5H2.2v-8h6.6V2'} />
      </svg>
    </button>
  );
}
