import { sceneGrids } from './grid.ts';
import { createLayout } from './layout.ts';
import type { Layout } from './layout.ts';
import type { LayoutAnswer, LayoutRequest } from './layout-client.ts';

let layout: Layout | undefined;

self.onmessage = (event: MessageEvent<LayoutRequest>): void => {
  const request = event.data;
  if (request.type === 'model') {
    layout = createLayout(request.model);
    return;
  }
  if (layout === undefined) return;
  const data = request.open === undefined ? layout.flat() : layout.scene(request.open);
  const answer: LayoutAnswer = { ticket: request.ticket, data, grids: sceneGrids(data) };
  // Not transferred but copied: the layout keeps the flat picture for the next time it is asked for.
  self.postMessage(answer);
};
