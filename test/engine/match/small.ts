import type { DumpEntry, DumpSample, RecordedModule, Recording } from '../../../src/engine/dump/index.ts';
import type { Graph, TensorFacts } from '../../../src/engine/graph/index.ts';
import { indexGraph } from '../../../src/engine/graph/index.ts';
import type { MatchRequest, NameMatch } from '../../../src/engine/match/index.ts';
import { matchByNames } from '../../../src/engine/match/index.ts';
import type { OnnxModel } from '../../../src/engine/onnx/index.ts';

/** Graphs and dumps written down in a test: only what matching looks at. */
export interface SmallNode {
  readonly op: string;
  readonly in: readonly string[];
  readonly out: readonly string[];
  /** TorchScript: `/stem/Conv`. */
  readonly name?: string;
  /** Dynamo: module paths from the root, then the FX node. */
  readonly scopes?: readonly string[];
}

export interface SmallGraph {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly weights?: readonly string[];
  readonly nodes: readonly SmallNode[];
}

export function smallGraph({ inputs, outputs, weights = [], nodes }: SmallGraph): Graph {
  const value = (name: string): OnnxModel['graph']['inputs'][number] => ({
    name,
    kind: 'tensor',
    dtype: 'float32',
    dtypeCode: 1,
    dims: undefined,
    metadata: new Map(),
  });
  const model: Pick<OnnxModel, 'path' | 'graph'> = {
    path: 'small.onnx',
    graph: {
      name: 'small',
      nodes: nodes.map((node) => ({
        name: node.name ?? '',
        opType: node.op,
        domain: '',
        overload: '',
        inputs: node.in,
        outputs: node.out,
        attributes: new Map(),
        metadata: new Map(
          node.scopes === undefined
            ? []
            : [['pkg.torch.onnx.name_scopes', `[${node.scopes.map((scope) => `'${scope}'`).join(', ')}]`]],
        ),
        docString: '',
      })),
      initializers: weights.map((name) => ({
        name,
        dtype: 'float32',
        dtypeCode: 1,
        dims: [2, 2],
        data: { kind: 'raw', bytes: new Uint8Array(16) },
      })),
      sparseInitializers: [],
      inputs: inputs.map(value),
      outputs: outputs.map(value),
      valueInfo: [],
    },
  };
  return indexGraph(model as OnnxModel);
}

export interface SmallEntry {
  /** `path#call:role.index`, or any name of a bare dump. */
  readonly key: string;
  readonly dims?: readonly number[];
  /** Same for the same stored tensor; the key if left out. */
  readonly storage?: string;
  readonly op?: string;
}

const MODULE_KEY = /^(.*)#(\d+):(?:(input|output)\.(\d+)|.+\.(\d+))$/;
export const DIMS = [1, 2, 3, 4];

export function entry({ key, dims = DIMS, storage = key, op }: SmallEntry): DumpEntry {
  const parts = MODULE_KEY.exec(key);
  return {
    key,
    path: parts?.[1] ?? key,
    call: Number(parts?.[2] ?? 0),
    role: parts?.[3] === 'input' ? 'input' : 'output',
    index: Number(parts?.[4] ?? parts?.[5] ?? 0),
    isModulePath: parts !== null,
    op,
    dtype: 'float32',
    dims,
    storage,
    locator: undefined,
  };
}

export function smallSample(
  entries: readonly (SmallEntry | string)[],
  outputs: readonly string[] = [],
): DumpSample {
  const all = entries.map((one) => entry(typeof one === 'string' ? { key: one } : one));
  const named = (key: string, index: number): DumpSample['inputs'][number][] =>
    all.filter((one) => one.key === key).map((found) => ({ name: String(index), entry: found }));
  return {
    index: 0,
    entries: all,
    inputs: [],
    outputs: outputs.flatMap(named),
    referee: undefined,
    pre: undefined,
    post: undefined,
  };
}

/** Only module paths and classes: what matching asks a recording for. */
export function recordingOf(
  classes: Readonly<Record<string, string>>,
  aliases: Readonly<Record<string, readonly string[]>> = {},
): Recording {
  const modules = Object.entries(classes).map(([path, className]): RecordedModule => ({
    path,
    className,
    aliases: aliases[path] ?? [],
    extraRepr: '',
    training: false,
    file: undefined,
    line: undefined,
    parameters: [],
  }));
  return { modules, parameters: [], granularity: 'module' } as unknown as Recording;
}

/** Every tensor has the same dims unless told otherwise. */
export function factsOf(
  graph: Graph,
  dims: Readonly<Record<string, readonly number[]>> = {},
): Map<string, TensorFacts> {
  return new Map(
    [...graph.tensors.keys()].map((name) => [
      name,
      { dtype: 'float32', dims: dims[name] ?? DIMS, unfetchable: undefined },
    ]),
  );
}

export function matchSmall(graph: Graph, sample: DumpSample, more: Partial<MatchRequest> = {}): NameMatch {
  return matchByNames({
    graph,
    facts: factsOf(graph),
    sample,
    recording: undefined,
    inputs: new Map(),
    map: undefined,
    ...more,
  });
}

/** `entry → tensor` for the pairs of outputs. */
export function outputPairs(match: NameMatch): Record<string, string> {
  return Object.fromEntries(
    match.pairs
      .filter((pair) => pair.entry.role === 'output')
      .map((pair): [string, string] => [pair.entry.key, pair.tensor]),
  );
}
