/** An ONNX model as the engine sees it: plain readonly data, names as text, tensors still where they lie in the file. */
import type { Dtype } from '../../shared/dtype.ts';
import type { ByteRange } from './wire.ts';

export interface OnnxModel {
  /** As given by the user, for messages. */
  readonly path: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
  readonly irVersion: number;
  readonly producer: string;
  readonly producerVersion: string;
  /** Domain ('' for ai.onnx) → version. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly functions: readonly LocalFunction[];
  readonly graph: OnnxGraph;
  readonly layout: ModelLayout;
}

/** Where the parts that are copied verbatim lie in `bytes`. Parallel to `graph.nodes` and `graph.initializers`. */
export interface ModelLayout {
  /** Top-level fields other than the graph: versions, opset imports, functions, metadata, unknown ones. */
  readonly header: readonly ByteRange[];
  readonly nodes: readonly ByteRange[];
  readonly initializers: readonly ByteRange[];
  readonly sparseInitializers: readonly ByteRange[];
  readonly valueInfo: readonly ByteRange[];
  readonly inputs: readonly ByteRange[];
  readonly outputs: readonly ByteRange[];
  /** Graph fields of other kinds: name, doc string, quantisation annotations, metadata, unknown ones. */
  readonly graphRest: readonly ByteRange[];
}

export interface LocalFunction {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly sparseInitializers: readonly string[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly valueInfo: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly overload: string;
  /** '' marks an omitted optional input or output. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly docString: string;
}

export type Attribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] }
  /** Sparse tensors, type protos, references to function attributes: shown by kind only. */
  | { readonly kind: 'other'; readonly value: string };

/** A named value with its declared type; dims may be symbolic (text) or unknown (undefined). */
export interface OnnxValue {
  readonly name: string;
  /** 'tensor' may still have no dtype (an untyped value_info). */
  readonly kind: 'tensor' | 'sparse-tensor' | 'sequence' | 'map' | 'optional' | 'untyped';
  readonly dtype: Dtype | undefined;
  /** TensorProto.DataType number, also where it is newer than the dtype table. */
  readonly dtypeCode: number;
  readonly dims: readonly (number | string | undefined)[] | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A TensorProto. Values are read by `tensorOf`: nothing is copied before. */
export interface OnnxTensor {
  readonly name: string;
  readonly dtype: Dtype | undefined;
  readonly dtypeCode: number;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export type TensorData =
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'numbers';
      readonly field: 'float' | 'int32' | 'int64' | 'double' | 'uint64';
      readonly values: readonly number[];
    }
  | { readonly kind: 'strings'; readonly values: readonly Uint8Array[] }
  | {
      readonly kind: 'external';
      readonly location: string;
      readonly offset: number;
      readonly length: number | undefined;
    };
