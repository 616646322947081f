import type { Atom } from '../state/atom.ts';
import { atom } from '../state/atom.ts';
import type { Pick } from './pick.ts';

/** What the page's own file picker is open for; undefined: it is closed. */
export const picking: Atom<Pick | undefined> = atom<Pick | undefined>(undefined);
