import type { Dtype } from '../../shared/dtype.ts';
import type { Attribute, OnnxNode, OnnxTensor, OnnxValue } from '../onnx/index.ts';

/** The top-level graph, indexed. Everything inside control-flow bodies belongs to the node that holds them. */
export interface Graph {
  /** In execution order: each node after the nodes whose outputs it reads. */
  readonly nodes: readonly GraphNode[];
  readonly tensors: ReadonlyMap<string, GraphTensor>;
  /** Inputs that must be fed: initializers that are also listed as inputs are not among them. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlyMap<string, Initializer>;
}

export interface GraphNode {
  /** Position in execution order. */
  readonly index: number;
  /** Position in the file. */
  readonly fileIndex: number;
  /** Unique: the node's name, or `OpType#index` where it has none or shares it. */
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names that bodies of If, Loop, Scan … read from this graph. */
  readonly captured: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly origin: ScopeOrigin;
  /** Python source line from the exporter, where it wrote one. Holds the user's paths. */
  readonly stackTrace: string | undefined;
  /** Nodes inside its bodies, at any depth. */
  readonly bodyNodes: number;
}

/** What the exporter says about the module a node comes from; becomes a module path when it meets a dump's names. */
export type ScopeOrigin =
  /** `pkg.torch.onnx.name_scopes`: module paths from the root ('') to the innermost, without the FX node. */
  | { readonly kind: 'dynamo'; readonly scopes: readonly string[]; readonly fxNode: string }
  /** Node name split on '/', without the operator: `/stem/stem.0/Conv` → ['stem', 'stem.0']. */
  | { readonly kind: 'torchscript'; readonly segments: readonly string[] }
  | { readonly kind: 'none' };

export interface GraphTensor {
  readonly name: string;
  /** Index of the node that makes it; undefined for graph inputs and initializers. */
  readonly producer: number | undefined;
  /** Which output of the producer. */
  readonly outputIndex: number;
  /** Nodes that read it, bodies included, each once, in execution order. */
  readonly consumers: readonly number[];
  readonly isOutput: boolean;
  /** Declared in the file: inputs, outputs, value_info. */
  readonly declared: OnnxValue | undefined;
}

export interface Initializer {
  readonly index: number;
  readonly tensor: OnnxTensor;
}

/** dtype and concrete dims of a tensor, as far as known; `fetchable` tells whether the runtime hands it out. */
export interface TensorFacts {
  readonly dtype: Dtype | undefined;
  readonly dims: readonly number[] | undefined;
  readonly unfetchable: string | undefined;
}

export type { OnnxNode };
