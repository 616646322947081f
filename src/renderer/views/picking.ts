import type { Atom } from '../state/atom.ts';
import { atom } from '../state/atom.ts';
import type { PathPurpose } from './pick.ts';

export interface Picking {
  readonly what: PathPurpose;
  /** Called once: undefined when it was closed without a choice. */
  readonly done: (path: string | undefined) => void;
}

/** What the page's own file picker is open for; undefined: it is closed. */
export const picking: Atom<Picking | undefined> = atom<Picking | undefined>(undefined);
