import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { ModelView } from '../../shared/model-view.ts';
import type { Report, TensorRow } from '../../shared/report.ts';
import { graphTexts } from '../i18n/graph.ts';
import { useTexts } from '../i18n/language.ts';
import { useAtom } from '../state/atom.ts';
import type { Atom, ReadAtom } from '../state/atom.ts';
import type { Metric } from '../state/metrics.ts';
import './graph.css';
import { Legend } from './legend.tsx';
import { Minimap } from './minimap.tsx';
import { NodeList } from './node-list.tsx';
import { Toolbar } from './toolbar.tsx';
import { Tooltip } from './tooltip.tsx';
import { graphView } from './view/graph-view.ts';
import type { GraphView } from './view/graph-view.ts';
import { followPointer } from './view/pointer.ts';
import type { Pointed } from './view/pointer.ts';

export interface GraphPaneProps {
  readonly model: ModelView | undefined;
  /** By tensor name; a new map for every batch of a run. */
  readonly rows: ReadonlyMap<string, TensorRow>;
  readonly report: Report | undefined;
  /** The number that colours. */
  readonly metric: Metric;
  readonly selection: Atom<string | undefined>;
  readonly hover: Atom<string | undefined>;
  readonly brushed: ReadAtom<ReadonlySet<string>>;
  readonly onOpenNode?: (name: string) => void;
  /** Handed out once the pane stands: for commands (`reveal`, `fit` …) and for `graphImage`. */
  readonly onView?: (view: GraphView | undefined) => void;
}

interface Mounted {
  readonly view: GraphView;
  readonly pointed: ReadAtom<Pointed | undefined>;
}

/** The graph of a model as a heat map. Knows nothing of where its data comes from. */
export function GraphPane(props: GraphPaneProps): ReactNode {
  const { model, rows, report, metric, selection, hover, brushed } = props;
  const texts = useTexts(graphTexts);
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const [mounted, setMounted] = useState<Mounted>();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (host.current === null || base.current === null || over.current === null) return undefined;
    const shared = { selection, hover, brushed };
    const view = graphView({ host: host.current, base: base.current, over: over.current }, shared);
    const pointer = followPointer({
      host: host.current,
      view,
      shared,
      onOpen: (name) => latest.current.onOpenNode?.(name),
      onPick: () => view.hasFocus.set(true),
    });
    setMounted({ view, pointed: pointer.pointed });
    latest.current.onView?.(view);
    return () => {
      latest.current.onView?.(undefined);
      pointer.stop();
      view.close();
      setMounted(undefined);
    };
  }, [selection, hover, brushed]);
  const view = mounted?.view;
  useEffect(() => view?.setCountText(texts.nodes), [view, texts]);
  useEffect(() => view?.setData({ rows, report, metric }), [view, rows, report, metric]);
  useEffect(() => view?.setModel(model), [view, model]);

  const toTarget = (): void => {
    const name = selection.get() ?? report?.verdict.sites[0]?.node ?? report?.verdict.sites[0]?.nodes[0];
    if (name !== undefined) view?.reveal(name);
  };
  return (
    <div className="graph-pane">
      <div className="graph-stage" ref={host}>
        <canvas ref={base} role="img" aria-label={texts.describe(model?.nodes.length ?? 0)} />
        <canvas ref={over} aria-hidden="true" />
      </div>
      {mounted !== undefined && model !== undefined && (
        <Chrome {...props} {...mounted} host={host} toTarget={toTarget} />
      )}
      {model === undefined && <p className="graph-empty">{texts.empty}</p>}
    </div>
  );
}

function Chrome({
  view,
  pointed,
  rows,
  metric,
  selection,
  hover,
  brushed,
  onOpenNode,
  host,
  toTarget,
}: GraphPaneProps &
  Mounted & {
    readonly host: { readonly current: HTMLDivElement | null };
    readonly toTarget: () => void;
  }): ReactNode {
  const texts = useTexts(graphTexts);
  const look = useAtom(view.settled);
  if (look === undefined) return <p className="graph-empty">{texts.working}</p>;
  return (
    <>
      <NodeList
        view={view}
        shared={{ selection, hover, brushed }}
        rows={rows}
        metric={metric}
        onOpen={(name) => onOpenNode?.(name)}
      />
      <Toolbar view={view} onTarget={toTarget} />
      <Legend
        metric={metric}
        scale={look.heat.scale}
        hasRun={rows.size > 0}
        isRoomy={(host.current?.clientHeight ?? 0) > 560}
      />
      <Minimap view={view} label={texts.minimap} />
      <Tooltip
        pointed={pointed}
        look={view.settled}
        rows={rows}
        size={() => ({ width: host.current?.clientWidth ?? 0, height: host.current?.clientHeight ?? 0 })}
      />
    </>
  );
}
