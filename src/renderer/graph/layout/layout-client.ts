import { sceneGrids } from './grid.ts';
import type { SceneGrids } from './grid.ts';
import { createLayout } from './layout.ts';
import type { LayoutModel, SceneData } from './layout-model.ts';

export type LayoutRequest =
  | { readonly type: 'model'; readonly model: LayoutModel }
  /** `open` undefined: flat. */
  | { readonly type: 'scene'; readonly ticket: number; readonly open: Uint8Array | undefined };

export interface LayoutAnswer {
  readonly ticket: number;
  readonly data: SceneData;
  readonly grids: SceneGrids;
}

export interface LayoutClient {
  /** Asks for a picture; an answer that was overtaken by a later question is dropped. */
  readonly ask: (open: Uint8Array | undefined) => void;
  readonly close: () => void;
}

type Listener = (data: SceneData, grids: SceneGrids) => void;

/** The layout in a worker, or, where pages may start none (one file, opened from disk), in a later task of this thread. */
export function layoutClient(model: LayoutModel, onScene: Listener): LayoutClient {
  let ticket = 0;
  let isClosed = false;
  const worker = startWorker();
  if (worker === undefined) {
    const layout = createLayout(model);
    return {
      ask: (open) => {
        const mine = ++ticket;
        setTimeout(() => {
          if (mine !== ticket || isClosed) return;
          const data = open === undefined ? layout.flat() : layout.scene(open);
          onScene(data, sceneGrids(data));
        });
      },
      close: () => (isClosed = true),
    };
  }
  const send = (request: LayoutRequest): void => worker.postMessage(request);
  worker.onmessage = ({ data: answer }: MessageEvent<LayoutAnswer>): void => {
    if (answer.ticket === ticket) onScene(answer.data, answer.grids);
  };
  send({ type: 'model', model });
  return {
    ask: (open) => send({ type: 'scene', ticket: ++ticket, open }),
    close: () => worker.terminate(),
  };
}

function startWorker(): Worker | undefined {
  try {
    return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return undefined;
  }
}
