import type { ModelView, NodeView } from '../../../src/shared/model-view.ts';
import type { Layered, LayeredInput } from '../../../src/renderer/graph/layout/layered-input.ts';
import type { SceneData } from '../../../src/renderer/graph/layout/layout-model.ts';
import { prepare } from '../../../src/renderer/graph/model/prepared.ts';
import type { Prepared } from '../../../src/renderer/graph/model/prepared.ts';

/** `scope/name: Op(input, …)`, its output being the name. */
export function nodeOf(text: string): NodeView {
  const [, path = '', opType = '', inputs = ''] = /^([^:]*): (\w+)\((.*)\)$/.exec(text) ?? [];
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return {
    name,
    opType,
    domain: '',
    scope: slash < 0 ? '' : path.slice(0, slash),
    inputs: inputs === '' ? [] : inputs.split(', '),
    outputs: [name],
    bodyNodes: 0,
  };
}

export function modelOf(
  lines: readonly string[],
  inputs: readonly string[],
  outputs: readonly string[],
): ModelView {
  const value = (name: string) => ({ name, dtype: 'float32', dims: undefined });
  return {
    path: 'm.onnx',
    name: 'm.onnx',
    bytes: 0,
    modifiedMillis: 0,
    irVersion: 10,
    producer: '',
    opsets: [],
    inputs: inputs.map(value),
    outputs: outputs.map(value),
    nodes: lines.map(nodeOf),
    initializers: { count: 0, bytes: 0 },
    functions: [],
    lints: [],
  };
}

export function preparedOf(model: ModelView): Prepared {
  const work = prepare(model);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Boxes of 100 × 40. */
export function inputOf(
  count: number,
  edges: readonly (readonly [number, number])[],
  roles: Readonly<Record<number, number>> = {},
): LayeredInput {
  return {
    count,
    width: new Float32Array(count).fill(100),
    height: new Float32Array(count).fill(40),
    role: Uint8Array.from({ length: count }, (_, box) => roles[box] ?? 0),
    order: Float64Array.from({ length: count }, (_, box) => box),
    from: Int32Array.from(edges, ([from]) => from),
    to: Int32Array.from(edges, ([, to]) => to),
    fromDx: new Float32Array(edges.length),
    toDx: new Float32Array(edges.length),
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Pairs of boxes that share more than a hair of area. Sweeps over y: fast enough for thousands. */
export function overlaps(
  boxes: Pick<SceneData, 'x' | 'y'> & { readonly w: Float32Array; readonly h: Float32Array },
  isCounted: (one: number, other: number) => boolean = () => true,
): number {
  const byTop = [...boxes.x.keys()].sort((one, other) => boxes.y[one]! - boxes.y[other]!);
  let count = 0;
  let active: number[] = [];
  for (const box of byTop) {
    active = active.filter((other) => boxes.y[other]! + boxes.h[other]! > boxes.y[box]! + 0.01);
    for (const other of active) {
      const isApart =
        boxes.x[box]! + boxes.w[box]! <= boxes.x[other]! + 0.01 ||
        boxes.x[other]! + boxes.w[other]! <= boxes.x[box]! + 0.01;
      if (!isApart && isCounted(box, other)) count++;
    }
    active.push(box);
  }
  return count;
}

export function layeredBoxes(input: LayeredInput, { x, y }: Layered) {
  return { x, y, w: input.width, h: input.height };
}
