import { formatNumber } from '../../../shared/format.ts';
import { isFloatDtype, lowestOf } from '../../../shared/dtype.ts';
import type { Lint, Note } from '../note.ts';
import { numberOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';

/** From here on a constant before a Softmax is a mask, not a value. */
const MASK = -1e4;
/** Steps from the constant to the Softmax: reshapes, Where, Add, Cast. */
const FURTHEST = 8;
/** Elements of a mask that are looked at. */
const MOST = 1 << 22;
const CARRIES = new Set(
  'Add Cast Concat Expand Gather Identity Max Min Mul Reshape Slice Squeeze Sub Tile Transpose Unsqueeze Where'.split(
    ' ',
  ),
);
const FLOAT16 = 10;

export const maskConstant: Lint<LintedModel> = {
  kind: 'lint:mask-constant',
  looksFor: 'large negative constants and −∞ that mask a Softmax, and whether float16 can hold them',
  find: (linted) => {
    const seen = new Set<string>();
    return namesOf(linted).flatMap((name) => {
      const dtype = linted.constants.dtype(name);
      if (dtype !== undefined && !isFloatDtype(dtype)) return [];
      // The way first: weights lead nowhere, and are not read.
      const path = pathToSoftmax(linted, name);
      const value = path === undefined ? undefined : lowestValue(linted, name);
      if (value === undefined || path === undefined) return [];
      // One mask often is one constant for each layer: each Softmax once for each value.
      const key = `${path.softmax.subject} ${value}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [note(value, path)];
    });
  },
};

/** Initializers and outputs of Constant nodes. */
function namesOf({ graph, nodes }: LintedModel): string[] {
  const constants = nodes.filter((node) => node.opType === 'Constant').flatMap((node) => node.outputs);
  return [...graph.initializers.keys(), ...constants];
}

/** −∞ where there is one, else the lowest value where it is low enough to be a mask. */
function lowestValue({ constants }: LintedModel, name: string): number | undefined {
  const values = constants.numbers(name, MOST);
  if (values === undefined) return undefined;
  let lowest = 0;
  for (let index = 0; index < values.length; index++) lowest = Math.min(lowest, values[index] ?? 0);
  return lowest <= MASK ? lowest : undefined;
}

interface Path {
  readonly softmax: LintedNode;
  /** On the way it is cast to float16. */
  readonly isNarrowed: boolean;
}

function pathToSoftmax(linted: LintedModel, name: string): Path | undefined {
  let names = [{ name, isNarrowed: false }];
  const visited = new Set([name]);
  for (let step = 0; step < FURTHEST && names.length > 0; step++) {
    const next: typeof names = [];
    for (const at of names) {
      for (const node of linted.consumersOf(at.name)) {
        if (node.opType === 'Softmax') return { softmax: node, isNarrowed: at.isNarrowed };
        if (!CARRIES.has(node.opType)) continue;
        const isNarrowed = at.isNarrowed || (node.opType === 'Cast' && numberOf(node, 'to', 0) === FLOAT16);
        for (const output of node.outputs) {
          if (visited.has(output)) continue;
          visited.add(output);
          next.push({ name: output, isNarrowed });
        }
      }
    }
    names = next;
  }
  return undefined;
}

function note(value: number, { softmax, isNarrowed }: Path): Note {
  const overflows = Number.isFinite(value) && value < lowestOf('float16');
  const found = `a constant ${formatNumber(value)} masks a Softmax${isNarrowed ? ' after a Cast to float16' : ''}`;
  if (overflows) {
    return {
      severity: isNarrowed ? 'warning' : 'info',
      subject: softmax.subject,
      found,
      matters: `float16 holds nothing below -65504: there it ${isNarrowed ? 'is' : 'would be'} −∞, and a row that is masked as a whole NaN`,
      wayOut: isNarrowed
        ? 'mask with -65504 or less far from 0'
        : 'keep it in mind when the model is converted to float16',
      source: 'transformers#17306',
    };
  }
  return {
    severity: 'info',
    subject: softmax.subject,
    found,
    matters: Number.isFinite(value)
      ? 'scores that reach its size come through the mask'
      : 'a row that is masked as a whole becomes NaN',
    wayOut: Number.isFinite(value)
      ? "use the lowest value of the model's dtype"
      : 'use the lowest finite value instead',
    source: Number.isFinite(value) ? 'transformers#17306' : 'onnxscript#2654',
  };
}
