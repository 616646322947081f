import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { ModelView } from '../../../src/shared/model-view.ts';
import type { Report, TensorRow } from '../../../src/shared/report.ts';
import { GraphPane } from '../../../src/renderer/graph/graph-pane.tsx';
import type { GraphView } from '../../../src/renderer/graph/view/graph-view.ts';
import { graphImage } from '../../../src/renderer/graph/graph-image.ts';
import { language } from '../../../src/renderer/i18n/language.ts';
import { atom } from '../../../src/renderer/state/atom.ts';
import { METRICS } from '../../../src/renderer/state/metrics.ts';
import { transformer } from '../transformer.ts';

/** The graph pane alone, for the bench and for looking at it: `?size=1000&mask`, or data that the driver sets before. */
declare global {
  interface Window {
    given?: { model: ModelView; report?: Report };
    pane: {
      readonly view: () => GraphView | undefined;
      readonly selection: typeof selection;
      readonly brushed: typeof brushed;
      readonly run: (rows: readonly TensorRow[], report: Report | undefined) => void;
      readonly image: (kind: 'png' | 'svg') => Promise<string>;
      readonly opened: readonly string[];
      readonly firstPicture: () => number | undefined;
    };
  }
}

const selection = atom<string | undefined>(undefined);
const hover = atom<string | undefined>(undefined);
const brushed = atom<ReadonlySet<string>>(new Set());
const query = new URLSearchParams(location.search);
if (query.get('lang') === 'zh-CN') language.set('zh-CN');
if (query.has('theme')) document.documentElement.dataset['theme'] = query.get('theme') ?? '';
const model = window.given?.model ?? transformer(Number(query.get('size') ?? 1000), query.has('mask'));
const metric = METRICS.find(({ key }) => key === (query.get('metric') ?? 'excess')) ?? METRICS[0];
let view: GraphView | undefined;
let firstPicture: number | undefined;
const opened: string[] = [];

const root = createRoot(document.getElementById('root') as HTMLElement);
function render(rows: readonly TensorRow[], report: Report | undefined): void {
  if (metric === undefined) return;
  root.render(
    createElement(GraphPane, {
      model,
      rows: new Map(rows.map((row) => [row.name, row])),
      report,
      metric,
      selection,
      hover,
      brushed,
      onOpenNode: (name) => opened.push(name),
      onView: (next) => {
        view = next;
        next?.look.subscribe(() => {
          if (next.look.get() === undefined || firstPicture !== undefined) return;
          // The frame after the one that draws: what was drawn is then on the screen.
          requestAnimationFrame(() => requestAnimationFrame(() => (firstPicture ??= performance.now())));
        });
      },
    }),
  );
}

window.pane = {
  view: () => view,
  selection,
  brushed,
  run: render,
  image: async (kind) => {
    if (view === undefined) throw new Error('no pane');
    const blob = await graphImage(kind, view);
    return `${blob.type} ${blob.size}\n${kind === 'svg' ? await blob.text() : ''}`;
  },
  opened,
  firstPicture: () => firstPicture,
};
const report = window.given?.report;
render(report?.tensors ?? [], report);
