import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding } from '../../shared/report.ts';
import type { OnnxModel, OnnxNode, OnnxValue } from '../onnx/index.ts';
import { openModel } from '../onnx/index.ts';
import type { Dump, DumpSample, SettingValue } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import { bodiesOf, indexGraph } from '../graph/index.ts';
import { lintDump, lintModel } from '../lint/index.ts';

export interface ModelInspection {
  readonly kind: 'model';
  readonly name: string;
  readonly bytes: number;
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly inputs: readonly InspectedValue[];
  readonly outputs: readonly InspectedValue[];
  readonly nodes: readonly InspectedNode[];
  readonly initializers: readonly InspectedValue[];
  readonly functions: readonly { readonly domain: string; readonly name: string; readonly nodes: number }[];
  readonly subgraphs: readonly {
    readonly node: string;
    readonly opType: string;
    readonly nodes: number;
    readonly depth: number;
  }[];
  readonly operators: readonly { readonly opType: string; readonly count: number }[];
  /** What the model alone gives away, one finding a node. */
  readonly lints: readonly Finding[];
}

export interface InspectedValue {
  readonly name: string;
  readonly kind: string;
  readonly dtype: string;
  readonly dims: readonly (number | string)[] | undefined;
}

export interface InspectedNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly scope: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** One stage outside of the model, of one sample. */
export interface InspectedStage {
  readonly sample: number;
  readonly stage: 'pre' | 'post';
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly dims: readonly number[];
  }[];
}

export interface DumpInspection {
  readonly kind: 'dump';
  readonly name: string;
  readonly format: string;
  readonly torch: string | undefined;
  readonly samples: readonly {
    readonly entries: readonly {
      readonly key: string;
      readonly dtype: string;
      readonly dims: readonly number[];
    }[];
  }[];
  /** What was done before the first node and after the last one. */
  readonly stages: readonly InspectedStage[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** What the dump gives away of how it was recorded. */
  readonly lints: readonly Finding[];
}

export function inspectModel(path: string): ModelInspection {
  const model = openModel(path);
  const graph = indexGraph(model);
  const operators = new Map<string, number>();
  for (const node of graph.nodes) operators.set(node.opType, (operators.get(node.opType) ?? 0) + 1);
  return {
    kind: 'model',
    name: basename(path),
    bytes: statSync(path).size,
    irVersion: model.irVersion,
    producer: `${model.producer} ${model.producerVersion}`.trim(),
    opsets: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    inputs: graph.inputs.map(inspectedValue),
    outputs: model.graph.outputs.map(inspectedValue),
    nodes: graph.nodes.map((node) => ({
      name: node.name,
      opType: node.opType,
      domain: node.domain,
      scope:
        node.origin.kind === 'dynamo'
          ? (node.origin.scopes.at(-1) ?? '')
          : node.origin.kind === 'torchscript'
            ? node.origin.segments.join('/')
            : '',
      inputs: node.inputs,
      outputs: node.outputs,
    })),
    initializers: [...graph.initializers.values()].map(({ tensor }) => ({
      name: tensor.name,
      kind: 'tensor',
      dtype: tensor.dtype ?? `type ${tensor.dtypeCode}`,
      dims: tensor.dims,
    })),
    functions: model.functions.map((local) => ({
      domain: local.domain,
      name: local.name,
      nodes: local.nodes.length,
    })),
    subgraphs: subgraphsOf(model),
    operators: [...operators].map(([opType, count]) => ({ opType, count })).sort((a, b) => b.count - a.count),
    lints: lintModel(model, graph),
  };
}

function inspectedValue(value: OnnxValue): InspectedValue {
  return {
    name: value.name,
    kind: value.kind,
    dtype: value.dtype ?? (value.dtypeCode === 0 ? '' : `type ${value.dtypeCode}`),
    dims: value.dims?.map((dim) => dim ?? '?'),
  };
}

/** Bodies of control flow, at any depth: whole models may hide in them. */
function subgraphsOf(model: OnnxModel): ModelInspection['subgraphs'] {
  const found: { node: string; opType: string; nodes: number; depth: number }[] = [];
  const visit = (node: OnnxNode, depth: number): void => {
    for (const body of bodiesOf(node)) {
      found.push({ node: node.name, opType: node.opType, nodes: body.nodes.length, depth });
      for (const inner of body.nodes) visit(inner, depth + 1);
    }
  };
  for (const node of model.graph.nodes) visit(node, 1);
  for (const local of model.functions) for (const node of local.nodes) visit(node, 1);
  return found;
}

export function inspectDump(path: string): DumpInspection {
  const dump: Dump = openDump(path);
  try {
    return {
      kind: 'dump',
      name: dump.name,
      format: dump.format,
      torch: dump.recording?.environment.torch,
      samples: dump.samples.map((sample) => ({
        entries: sample.entries.map((entry) => ({ key: entry.key, dtype: entry.dtype, dims: entry.dims })),
      })),
      stages: dump.samples.flatMap((sample) => [...stageOf(sample, 'pre'), ...stageOf(sample, 'post')]),
      skipped: dump.skipped,
      lints: lintDump(dump),
    };
  } finally {
    dump.close();
  }
}

function stageOf(sample: DumpSample, stage: 'pre' | 'post'): InspectedStage[] {
  const record = sample[stage];
  if (record === undefined) return [];
  return [
    {
      sample: sample.index,
      stage,
      settings: record.settings,
      tensors: record.tensors.map(({ path, dtype, dims }) => ({ name: path, dtype, dims })),
    },
  ];
}
