import type { GraphView } from '../graph/view/graph-view.ts';
import { atom } from '../state/atom.ts';

/** The graph that is on the screen, for commands; undefined while there is none. */
export const shownGraph = atom<GraphView | undefined>(undefined);
