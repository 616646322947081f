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
      /** Ms from mounting to the frame after the first that showed something. */
      readonly firstPicture: () => number | undefined;
      /** Ms of the longest task over 50 ms since the last question; 0: none. */
      readonly longest: () => number;
      /** Ms until the flat picture shows. */
      readonly toFlat: () => Promise<number>;
      /** Moves the view once a frame. Ms between frames. */
      readonly frames: (count: number, way: 'pan' | 'zoom') => Promise<readonly number[]>;
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
let longest = 0;
let began = Infinity;
const opened: string[] = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.startTime >= began) longest = Math.max(longest, entry.duration);
  }
}).observe({ entryTypes: ['longtask'] });

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
          requestAnimationFrame(() =>
            requestAnimationFrame(() => (firstPicture ??= performance.now() - began)),
          );
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
  longest: () => {
    const result = longest;
    longest = 0;
    return result;
  },
  toFlat: () =>
    new Promise((resolve) => {
      const start = performance.now();
      const stop = view?.look.subscribe(() => {
        if (view?.look.get()?.scene.isFlat !== true) return;
        stop?.();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
      });
      view?.toggleFlat();
    }),
  frames: (count, way) =>
    new Promise((resolve) => {
      const times: number[] = [];
      const stage = document.querySelector('.graph-stage');
      let last = performance.now();
      const step = (): void => {
        const now = performance.now();
        times.push(now - last);
        last = now;
        if (times.length > count) {
          resolve(times.slice(1));
          return;
        }
        const turn = Math.floor(times.length / 40) % 2 === 0 ? 1 : -1;
        if (way === 'pan') view?.camera.panBy(3 * turn, -17 * turn);
        else stage?.dispatchEvent(wheel(turn));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    }),
};

function wheel(turn: number): WheelEvent {
  return new WheelEvent('wheel', {
    deltaY: -20 * turn,
    clientX: 640,
    clientY: 400,
    bubbles: true,
    cancelable: true,
  });
}

// In a task of its own: making the model is not what is measured.
setTimeout(() => {
  const report = window.given?.report;
  began = performance.now();
  render(report?.tensors ?? [], report);
});
