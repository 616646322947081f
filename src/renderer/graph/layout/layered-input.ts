/** Where a box may stand: on the top or bottom border, or anywhere; `input` and `top` are where values come from. */
export const ROLE = { free: 0, top: 1, bottom: 2, constant: 3, input: 4 } as const;

/** What is laid out in layers: boxes, and edges that are unique by (from, to). Sizes in px at scale 1. */
export interface LayeredInput {
  readonly count: number;
  readonly width: Float32Array;
  readonly height: Float32Array;
  readonly role: Uint8Array;
  /** Breaks ties and cycles: the place in execution order. */
  readonly order: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Where the edge leaves and enters, from the middle of the box. */
  readonly fromDx: Float32Array;
  readonly toDx: Float32Array;
}

export const EDGE = { routed: 0, stub: 1 } as const;

export interface Layered {
  readonly width: number;
  readonly height: number;
  /** Left and top of each box. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** By edge, of `EDGE`: those against the flow and those over too many layers are stubs, without a route. */
  readonly kind: Uint8Array;
  /**
   * What an edge passes, row by row, both boxes' rows included: at `routeX` straight down from the row's top to its
   * bottom, and a curve to the next. Those of edge e are `routeStart[e] … routeStart[e + 1] - 1`.
   */
  readonly routeStart: Int32Array;
  readonly routeX: Float32Array;
  readonly routeTop: Float32Array;
  readonly routeBottom: Float32Array;
}
