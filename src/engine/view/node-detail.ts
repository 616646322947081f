import { isComparableDtype } from '../../shared/dtype.ts';
import { formatNumber, formatShape, plural } from '../../shared/format.ts';
import type { AttributeView, NodeDetail, NodeInput, ValueView, WeightView } from '../../shared/model-view.ts';
import type { Graph, GraphNode } from '../graph/index.ts';
import { scopePath } from '../graph/index.ts';
import type { Comparer } from '../metric/index.ts';
import type { Attribute, OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import { attributeDefaults } from './attribute-defaults.ts';
import { valueView } from './value-view.ts';

/** Everything about one node that the model file holds. Weights are read here, so that opening a model reads none. */
export function nodeDetail(model: OnnxModel, graph: Graph, comparer: Comparer, node: GraphNode): NodeDetail {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    scope: scopePath(node.origin),
    attributes: attributesOf(node, model.opsets.get('') ?? 0),
    inputs: [...node.inputs, ...node.captured]
      .filter((name) => name !== '')
      .map((name) => inputOf(model, graph, comparer, name)),
    outputs: node.outputs.filter((name) => name !== '').map((name) => declaredValue(graph, name)),
    source: sourceLines(node.stackTrace),
  };
}

function attributesOf(node: GraphNode, opset: number): AttributeView[] {
  const said = [...node.attributes].map(([name, attribute]) => ({
    name,
    value: attributeText(attribute),
    isDefault: false,
  }));
  const standard = node.domain === '' || node.domain === 'ai.onnx';
  const silent = [...(standard ? attributeDefaults(node.opType, opset) : [])]
    .filter(([name]) => !node.attributes.has(name))
    .map(([name, value]) => ({ name, value, isDefault: true }));
  return [...said, ...silent].sort((a, b) => a.name.localeCompare(b.name));
}

/** Long lists are cut: a Constant may hold millions. */
const MOST_NUMBERS = 16;
const MOST_CHARACTERS = 500;

function shortText(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function attributeText(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'float':
      return floatText(attribute.value);
    case 'int':
      return intText(attribute.value);
    case 'string':
    case 'other':
      return shortText(attribute.value);
    case 'floats':
      return listText(attribute.value, floatText);
    case 'ints':
      return listText(attribute.value, intText);
    case 'strings':
      return listText(attribute.value, shortText);
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

/** The fewest digits that give the same float32 again: 0.1, not 0.10000000149011612. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return plainText(short);
  }
  return plainText(Number(value.toPrecision(9)));
}

/** All digits, exponent form where `formatNumber` has it. */
function plainText(value: number): string {
  const size = Math.abs(value);
  const isPlain = value === 0 || (size >= 1e-3 && size < 1e5);
  return isPlain ? String(value) : value.toExponential().replace('e+', 'e');
}

/** Exact up to 2^53; what rounds to 2^63 is the largest int64, which slices use for "to the end". */
function intText(value: number): string {
  return value >= 2 ** 63 ? '9223372036854775807' : BigInt(value).toString();
}

function listText<T>(values: readonly T[], textOf: (value: T) => string): string {
  const shown = values.slice(0, MOST_NUMBERS).map(textOf);
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
