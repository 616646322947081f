import { plural } from '../../../shared/format.ts';
import type { Lint, Note } from '../note.ts';
import { numberOf, textOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

const SCATTERS = new Set(['Scatter', 'ScatterElements', 'ScatterND']);
const MOST = 1 << 16;
/** Opset that brought each reduction (ONNX operators ScatterND and ScatterElements). */
const SINCE: ReadonlyMap<string, number> = new Map([
  ['add', 16],
  ['mul', 16],
  ['max', 18],
  ['min', 18],
]);

export const scatterDuplicates: Lint<LintedModel> = {
  kind: 'lint:scatter-duplicates',
  looksFor:
    'ScatterND or ScatterElements that writes one place twice without a reduction, or reduces before its opset',
  find: (linted) =>
    linted.nodes
      .filter((node) => SCATTERS.has(node.opType))
      .flatMap((node) => {
        const reduction = textOf(node, 'reduction', 'none');
        const since = SINCE.get(reduction);
        if (since === undefined) return duplicates(linted, node);
        return linted.opset < since ? [tooEarly(linted, node, reduction, since)] : [];
      }),
};

function tooEarly({ opset }: LintedModel, node: LintedNode, reduction: string, since: number): Note {
  return {
    severity: 'warning',
    subject: node.subject,
    found: `${node.opType} at opset ${opset} has reduction ${reduction}`,
    matters: `the attribute means nothing before opset ${since}: the last value written may win`,
    wayOut: `export with opset ${since} or later`,
    source: 'onnx#3484',
  };
}

function duplicates(linted: LintedModel, node: LintedNode): Note[] {
  const repeated = repeatedPlaces(linted, node);
  if (repeated === 0) return [];
  return [
    {
      severity: repeated === undefined ? 'info' : 'warning',
      subject: node.subject,
      found:
        repeated === undefined
          ? `${node.opType} without reduction takes its indices from a computation`
          : `${node.opType} without reduction writes ${plural(repeated, 'place')} more than once`,
      matters:
        'which of several values for one place stays is undefined, and index_put(accumulate=True) adds them',
      wayOut: 'make the indices unique, or export with opset 16 or later for a reduction',
      source: 'onnx#4548, onnx#3547',
    },
  ];
}

/** Undefined where the indices are not in the file. */
function repeatedPlaces({ constants }: LintedModel, node: LintedNode): number | undefined {
  const name = node.inputs[1] ?? '';
  const values = constants.numbers(name, MOST);
  const dims = constants.dims(name);
  if (values === undefined || dims === undefined) return undefined;
  const places =
    node.opType === 'ScatterND'
      ? rowsOf(values, dims.at(-1) ?? 1)
      : placesAlong(values, dims, numberOf(node, 'axis', 0));
  return places.length - new Set(places).size;
}

/** ScatterND: the last axis of the indices is a place. */
function rowsOf(values: ArrayLike<number>, size: number): string[] {
  const rows: string[] = [];
  for (let at = 0; at + size <= values.length && size > 0; at += size) {
    rows.push(Array.from({ length: size }, (_, index) => values[at + index]).join());
  }
  return rows;
}

/** ScatterElements: an index replaces the coordinate along the axis, the others are the element's own. */
function placesAlong(values: ArrayLike<number>, dims: readonly number[], axis: number): string[] {
  const along = axis < 0 ? axis + dims.length : axis;
  const inner = dims.slice(along + 1).reduce((product, dim) => product * dim, 1);
  const length = dims[along] ?? 1;
  return Array.from(values, (value, at) => `${Math.floor(at / (inner * length))} ${value} ${at % inner}`);
}
