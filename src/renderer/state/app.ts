import { createContext, useContext } from 'react';
import type { CompareRequest, Hello, ReferenceView } from '../../shared/contract.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Finding } from '../../shared/report.ts';
import type { ModelView } from '../../shared/model-view.ts';
import type { EngineClient } from '../connect/client.ts';
import type { Atom } from './atom.ts';
import { atom } from './atom.ts';
import type { Metric } from './metrics.ts';
import { DEFAULT_METRIC } from './metrics.ts';
import type { RunView } from './run.ts';
import { NOTHING } from './run.ts';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly client: EngineClient; readonly hello: Hello }
  /** The service is gone; what is shown stays. */
  | { readonly kind: 'lost'; readonly reason: string };

export type RunOptions = Omit<CompareRequest, 'candidate' | 'reference' | 'map'>;

export type CenterTab = 'graph' | 'inputs' | 'outputs' | 'tensors' | 'coverage' | 'findings';
export type SideTab = 'sites' | 'tree' | 'nodes';
export type Overlay = 'palette' | 'run' | 'help' | 'about' | undefined;

/** All state of one window, by concern. Components get it from the context; nothing else is shared between them. */
export interface App {
  readonly connection: Atom<Connection>;
  readonly model: Atom<ModelView | undefined>;
  readonly reference: Atom<ReferenceView | undefined>;
  readonly run: Atom<RunView>;
  readonly options: Atom<RunOptions>;
  /** Pairs made by hand, candidate tensor → entry key. */
  readonly handPairs: Atom<ReadonlyMap<string, string>>;
  /** Name of the selected node, and which of its outputs is looked at. */
  readonly selection: Atom<string | undefined>;
  readonly selectedTensor: Atom<string | undefined>;
  readonly hover: Atom<string | undefined>;
  readonly brushed: Atom<ReadonlySet<string>>;
  readonly metric: Atom<Metric>;
  readonly sample: Atom<number>;
  readonly centerTab: Atom<CenterTab>;
  readonly sideTab: Atom<SideTab>;
  /** The finding that was asked for in a list of titles. */
  readonly shownFinding: Atom<Finding | undefined>;
  readonly overlay: Atom<Overlay>;
  /** The last refusal, shown until it is put away. */
  readonly problem: Atom<WireError | undefined>;
  /** Said to screen readers, and shown for a moment. */
  readonly notice: Atom<string>;
}

export const DEFAULT_OPTIONS: RunOptions = {
  inputs: [],
  image: undefined,
  ignoreWhere: undefined,
  head: undefined,
  deployed: undefined,
  sample: undefined,
  optimization: 'disabled',
  provider: 'cpu',
  memoryBytes: 512 * 2 ** 20,
  threads: 0,
  atol: undefined,
  rtol: undefined,
};

export function createApp(): App {
  return {
    connection: atom<Connection>({ kind: 'connecting' }),
    model: atom<ModelView | undefined>(undefined),
    reference: atom<ReferenceView | undefined>(undefined),
    run: atom<RunView>({ state: { kind: 'idle' }, shown: NOTHING, log: [] }),
    options: atom(DEFAULT_OPTIONS),
    handPairs: atom<ReadonlyMap<string, string>>(new Map()),
    selection: atom<string | undefined>(undefined),
    selectedTensor: atom<string | undefined>(undefined),
    hover: atom<string | undefined>(undefined),
    brushed: atom<ReadonlySet<string>>(new Set()),
    metric: atom(DEFAULT_METRIC),
    sample: atom(0),
    centerTab: atom<CenterTab>('graph'),
    sideTab: atom<SideTab>('sites'),
    shownFinding: atom<Finding | undefined>(undefined),
    overlay: atom<Overlay>(undefined),
    problem: atom<WireError | undefined>(undefined),
    notice: atom(''),
  };
}

export const AppContext = createContext<App | undefined>(undefined);

/** @throws Error outside a window: a mistake of the program, not of the user. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('no window around this component');
  return app;
}
