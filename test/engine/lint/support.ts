import { readFileSync } from 'node:fs';
import type { Graph as LintedGraph } from '../../../src/engine/graph/index.ts';
import { indexGraph, scopePath } from '../../../src/engine/graph/index.ts';
import type { ModelLintContext } from '../../../src/engine/lint/index.ts';
import { lintModel } from '../../../src/engine/lint/index.ts';
import { modelFromBytes } from '../../../src/engine/onnx/index.ts';
import type { OnnxModel } from '../../../src/engine/onnx/index.ts';
import type { Finding } from '../../../src/shared/report.ts';
import type { Attribute, Graph, Value } from '../../support/proto-model.ts';
import { modelBytes, TYPE, value } from '../../support/proto-model.ts';

/** What torch and onnx do: make-truth.py beside this file. */
export interface Truth {
  readonly since: Readonly<Record<string, number>>;
  readonly nearest: readonly {
    readonly from: number;
    readonly to: number;
    readonly nearest: readonly number[];
    readonly exact: readonly number[];
  }[];
  readonly cubic: { readonly plain: number; readonly antialias: number };
  readonly middle: number;
  readonly countIncludePad: boolean;
  readonly pooled: readonly {
    readonly length: number;
    readonly kernel: number;
    readonly stride: number;
    readonly pad: number;
    readonly to: number;
  }[];
  readonly modules: readonly { readonly class: string; readonly repr: string }[];
}

export const TRUTH = JSON.parse(
  readFileSync(new URL('../../fixtures/lint/truth.json', import.meta.url), 'utf8'),
) as Truth;

export function float(name: string, f: number): Attribute {
  return { name, type: 1, f };
}

export function text(name: string, s: string): Attribute {
  return { name, type: 3, s: new TextEncoder().encode(s) };
}

export function input(name: string, ...dims: readonly (number | string)[]): Value {
  return value(name, TYPE.float32, dims);
}

export interface Opened {
  readonly model: OnnxModel;
  readonly graph: LintedGraph;
}

export function opened(graph: Graph, opset = 17, producer: readonly string[] = ['', '']): Opened {
  const [producerName = '', producerVersion = ''] = producer;
  const more = { opsetImport: [{ domain: '', version: opset }], producerName, producerVersion };
  const model = modelFromBytes(modelBytes(graph, more), 'model.onnx');
  return { model, graph: indexGraph(model) };
}

export function lintsOf(
  graph: Graph,
  opset?: number,
  context?: ModelLintContext,
  producer?: string[],
): Finding[] {
  const { model, graph: indexed } = opened(graph, opset, producer);
  return lintModel(model, indexed, context);
}

/** Module paths as the exporter spells them. */
export function scopesOf(graph: LintedGraph): string[] {
  return graph.nodes.map((node) => scopePath(node.origin));
}
