/** What the layout needs to know of a model, as numbers that can be sent to a worker. */
export interface LayoutModel {
  readonly vertexCount: number;
  /** Of `KIND`. */
  readonly kinds: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly tensor: Int32Array;
  readonly groupCount: number;
  /** Smaller than the group itself; −1 for group 0, the model. */
  readonly groupParent: Int32Array;
  readonly groupOf: Int32Array;
  /** Px at scale 1: by vertex, then by group as a closed box. */
  readonly width: Float32Array;
  readonly height: Float32Array;
}

/** A picture. Item numbers are those of `ref`; parents come before what is inside them. */
export interface SceneData {
  readonly width: number;
  readonly height: number;
  /** Vertex, or vertexCount + group. */
  readonly ref: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly h: Float32Array;
  /** 1: an opened group, drawn as a frame around its items. */
  readonly isOpen: Uint8Array;
  /** Item of the frame that an item stands in, −1 at the top level. */
  readonly frame: Int32Array;
  /** Drawn edges; where one goes in or out of a frame, the frame is its end. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Points of edge e as x, y: `pointStart[e] … pointStart[e + 1] - 1`. Straight where x stays, else a curve. */
  readonly pointStart: Int32Array;
  readonly points: Float32Array;
  /** Edges of the model that each drawn edge stands for. */
  readonly memberStart: Int32Array;
  readonly members: Int32Array;
  /** Ends of edges that are not drawn. */
  readonly stubItem: Int32Array;
  /** 0: above its item, where it comes from far; 1: below. */
  readonly stubSide: Uint8Array;
  readonly stubMemberStart: Int32Array;
  readonly stubMembers: Int32Array;
}

export const HEADER = 30;
export const PAD = 14;
/** Above the first row of a frame that nothing flows into. */
export const HEAD_ROOM = 10;
