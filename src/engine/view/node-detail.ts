import { isComparableDtype } from '../../shared/dtype.ts';
import { formatNumber, formatShape, plural } from '../../shared/format.ts';
import type { AttributeView, NodeDetail, NodeInput, ValueView, WeightView } from '../../shared/model-view.ts';
import type { Graph, GraphNode } from '../graph/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { Attribute, OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { ATTRIBUTE_DEFAULTS } from './attribute-defaults.ts';
import { scopePath } from './scope-path.ts';
import { valueView } from './value-view.ts';

/** Everything about one node that the model file holds. Weights are read here, so that opening a model reads none. */
export function nodeDetail(model: OnnxModel, graph: Graph, comparer: Comparer, node: GraphNode): NodeDetail {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    scope: scopePath(node.origin),
    attributes: attributesOf(node),
    inputs: [...node.inputs, ...node.captured]
      .filter((name) => name !== '')
      .map((name) => inputOf(model, graph, comparer, name)),
    outputs: node.outputs.filter((name) => name !== '').map((name) => declaredValue(graph, name)),
    source: sourceLines(node.stackTrace),
  };
}

function attributesOf(node: GraphNode): AttributeView[] {
  const said = [...node.attributes].map(([name, attribute]) => ({
    name,
    value: attributeText(attribute),
    isDefault: false,
  }));
  const standard = node.domain === '' || node.domain === 'ai.onnx';
  const defaults =
    standard && Object.hasOwn(ATTRIBUTE_DEFAULTS, node.opType) ? ATTRIBUTE_DEFAULTS[node.opType] : {};
  const silent = Object.entries(defaults ?? {})
    .filter(([name]) => !node.attributes.has(name))
    .map(([name, value]) => ({ name, value, isDefault: true }));
  return [...said, ...silent].sort((a, b) => a.name.localeCompare(b.name));
}

/** Long lists are cut: a Constant may hold millions. */
const MOST_NUMBERS = 16;

function attributeText(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'float':
    case 'int':
      return String(attribute.value);
    case 'string':
    case 'other':
      return attribute.value;
    case 'floats':
    case 'ints':
    case 'strings':
      return listText(attribute.value);
    case 'tensor':
      return `${attribute.value.dtype ?? `type ${attribute.value.dtypeCode}`} ${formatShape(attribute.value.dims)}`;
    case 'tensors':
      return plural(attribute.value.length, 'tensor');
    case 'graph':
      return `body of ${plural(attribute.value.nodes.length, 'node')}`;
    case 'graphs':
      return plural(attribute.value.length, 'body', 'bodies');
  }
}

function listText(values: readonly (number | string)[]): string {
  const shown = values
    .slice(0, MOST_NUMBERS)
    .map((value) => (typeof value === 'number' ? formatNumber(value) : value));
  const more = values.length - shown.length;
  return `[${shown.join(', ')}${more > 0 ? `, … ${more} more` : ''}]`;
}

function inputOf(model: OnnxModel, graph: Graph, comparer: Comparer, name: string): NodeInput {
  const initializer = graph.initializers.get(name)?.tensor;
  if (initializer === undefined) return { ...declaredValue(graph, name), weight: undefined };
  return {
    name,
    dtype: initializer.dtype ?? `type ${initializer.dtypeCode}`,
    dims: initializer.dims,
    weight: weightView(model, comparer, initializer),
  };
}

function weightView(
  model: OnnxModel,
  comparer: Comparer,
  initializer: Parameters<typeof tensorOf>[1],
): WeightView | undefined {
  const { dtype } = initializer;
  if (dtype === undefined || !isComparableDtype(dtype)) return undefined;
  const tensor = tensorOf(model, initializer);
  const stats = comparer.stats({ dtype, bytes: tensor.bytes });
  const { count, min, max, mean, std, zero } = stats;
  return {
    dtype,
    count,
    min,
    max,
    mean,
    std,
    zeros: zero,
    nonFinite: stats.nan + stats.posInf + stats.negInf,
  };
}

function declaredValue(graph: Graph, name: string): ValueView {
  const declared = graph.tensors.get(name)?.declared;
  return declared === undefined ? { name, dtype: '', dims: undefined } : valueView(declared);
}

/** `File "model.py", line 12, in forward` of a Python trace, innermost first. */
function sourceLines(trace: string | undefined): string[] {
  if (trace === undefined) return [];
  return trace
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('File '))
    .reverse();
}
