import type { Dtype } from './dtype.ts';
import type { Finding } from './report.ts';

/** What the window needs of a model to draw it and to search it; details of one node come by `EngineApi.node`. */
export interface ModelView {
  /** The path that later calls name the model by. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Of the file, as the disk tells: with `bytes` it says whether the file is still the one that was opened. */
  readonly modifiedMillis: number;
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly inputs: readonly ValueView[];
  readonly outputs: readonly ValueView[];
  /** In execution order. */
  readonly nodes: readonly NodeView[];
  readonly initializers: { readonly count: number; readonly bytes: number };
  readonly functions: readonly { readonly domain: string; readonly name: string; readonly nodes: number }[];
  /** What the model alone gives away; `subject` is a node, or '' for the whole model. */
  readonly lints: readonly Finding[];
}

export interface NodeView {
  /** Unique in the model; the name that reports use. */
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** Module path, levels separated by dots; '' at the root. */
  readonly scope: string;
  /** Values it reads, '' where an optional one is left out, and what its bodies capture; initializers among them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Nodes inside its bodies (If, Loop, Scan), at any depth. */
  readonly bodyNodes: number;
}

export interface ValueView {
  readonly name: string;
  readonly dtype: string;
  /** Symbolic dims by name; undefined where the file does not say. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** One node, in words. */
export interface NodeDetail {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly scope: string;
  readonly attributes: readonly AttributeView[];
  readonly inputs: readonly NodeInput[];
  readonly outputs: readonly ValueView[];
  /** File and line of the Python source, innermost first, where the exporter wrote them. */
  readonly source: readonly string[];
}

export interface AttributeView {
  readonly name: string;
  readonly value: string;
  /** True where the file does not say and the operator's definition does. */
  readonly isDefault: boolean;
}

export type NodeInput = ValueView & {
  /** `stats` of a weight's values; undefined for computed values and for weights that are not numbers. */
  readonly weight: WeightView | undefined;
};

export interface WeightView {
  readonly dtype: Dtype;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly zeros: number;
  readonly nonFinite: number;
}
