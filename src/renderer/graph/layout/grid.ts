import type { SceneData } from './layout-model.ts';

/** Which things lie in which square of the picture: for culling and for hits. Typed arrays, so that a worker can hand it over. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Things of cell c: `item[start[c]] … item[start[c + 1] - 1]`. */
  readonly start: Int32Array;
  readonly item: Int32Array;
  readonly count: number;
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CELL = 512;

export interface SceneGrids {
  readonly boxes: Grid;
  readonly edges: Grid;
}

export function sceneGrids(scene: SceneData): SceneGrids {
  const { x, y, w, h, pointStart, points, width, height } = scene;
  const boxes = grid(width, height, x.length, (put) => {
    for (let item = 0; item < x.length; item++) {
      const left = x[item] ?? 0;
      const top = y[item] ?? 0;
      put(item, left, top, left + (w[item] ?? 0), top + (h[item] ?? 0));
    }
  });
  const edges = grid(width, height, scene.from.length, (put) => {
    for (let edge = 0; edge < scene.from.length; edge++) {
      for (let at = pointStart[edge] ?? 0; at + 1 < (pointStart[edge + 1] ?? 0); at++) {
        const x0 = points[2 * at] ?? 0;
        const x1 = points[2 * at + 2] ?? 0;
        put(edge, Math.min(x0, x1), points[2 * at + 1] ?? 0, Math.max(x0, x1), points[2 * at + 3] ?? 0);
      }
    }
  });
  return { boxes, edges };
}

type Put = (item: number, left: number, top: number, right: number, bottom: number) => void;

function grid(width: number, height: number, count: number, each: (put: Put) => void): Grid {
  const columns = Math.max(1, Math.ceil(width / CELL));
  const rows = Math.max(1, Math.ceil(height / CELL));
  const start = new Int32Array(columns * rows + 1);
  const visit = (use: (cell: number, item: number) => void): void => {
    each((item, left, top, right, bottom) => {
      const lastColumn = clamp(right, columns);
      const lastRow = clamp(bottom, rows);
      for (let row = clamp(top, rows); row <= lastRow; row++) {
        for (let column = clamp(left, columns); column <= lastColumn; column++)
          use(row * columns + column, item);
      }
    });
  };
  visit((cell) => (start[cell + 1] = (start[cell + 1] ?? 0) + 1));
  for (let cell = 0; cell < columns * rows; cell++)
    start[cell + 1] = (start[cell + 1] ?? 0) + (start[cell] ?? 0);
  const next = start.slice();
  const item = new Int32Array(start[columns * rows] ?? 0);
  visit((cell, one) => {
    item[next[cell] ?? 0] = one;
    next[cell] = (next[cell] ?? 0) + 1;
  });
  return { columns, rows, start, item, count };
}

/** Things whose cells meet `area`, each once, in their order: a superset of those that meet it. */
export function within(found: Grid, area: Rect): Int32Array {
  const left = clamp(area.left, found.columns);
  const right = clamp(area.right, found.columns);
  const top = clamp(area.top, found.rows);
  const bottom = clamp(area.bottom, found.rows);
  const isSeen = new Uint8Array(found.count);
  let count = 0;
  for (let row = top; row <= bottom; row++) {
    const last = found.start[row * found.columns + right + 1] ?? 0;
    for (let at = found.start[row * found.columns + left] ?? 0; at < last; at++) {
      const item = found.item[at] ?? 0;
      if (isSeen[item] === 0) count++;
      isSeen[item] = 1;
    }
  }
  const result = new Int32Array(count);
  let at = 0;
  for (let item = 0; at < count; item++) if (isSeen[item] === 1) result[at++] = item;
  return result;
}

function clamp(position: number, cells: number): number {
  return Math.max(0, Math.min(cells - 1, Math.floor(position / CELL)));
}
