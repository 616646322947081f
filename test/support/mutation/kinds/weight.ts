import { floatsOf, setFloats } from '../../edit-model.ts';
import type { Proto } from '../../edit-model.ts';
import type { Weight } from '../../proto-model.ts';
import { oneOf, shuffled, signedSize } from '../choice.ts';
import type { Mutate } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import { initializerNamed, nameOf, readersOf } from '../nodes.ts';

interface Change {
  readonly text: string;
  readonly apply: (values: Float32Array) => Float32Array;
}

/** A weight with one element, one channel or all of it changed, its rows in another order, or transposed. */
export const weightMutation: Mutate = ({ proto }, random) => {
  const weights = weightsOf(proto);
  const tensor = oneOf(weights, random);
  if (tensor === undefined) return undefined;
  const name = tensor.name ?? '';
  const change = oneOf(changesOf(tensor, random), random);
  return change === undefined
    ? undefined
    : mutation({
        kind: 'weight',
        label: `${name}: ${change.text}`,
        origins: readersOf(proto, name).map(nameOf),
        initializer: name,
        apply: (copy) => {
          const one = initializerNamed(copy, name);
          setFloats(one, change.apply(floatsOf(one) ?? new Float32Array()));
        },
      });
};

export function weightsOf(proto: Proto): Weight[] {
  return (proto.graph?.initializer ?? []).filter(
    (tensor) => (floatsOf(tensor)?.length ?? 0) > 1 && readersOf(proto, tensor.name ?? '').length > 0,
  );
}

function changesOf(tensor: Weight, random: () => number): Change[] {
  const dims = (tensor.dims ?? []).map(Number);
  const count = dims.reduce((all, dim) => all * dim, 1);
  const [rows = 1] = dims;
  const rowLength = count / rows;
  const size = signedSize(random);
  const element = Math.floor(random() * count);
  const row = Math.floor(random() * rows);
  const order = shuffled([...Array(rows).keys()], random);
  const changes: Change[] = [
    {
      text: `element ${element} moved by ${size} of the root mean square`,
      apply: (values) =>
        values.map((value, index) => (index === element ? value + size * rms(values) : value)),
    },
    { text: `scaled by 1 + ${size}`, apply: (values) => values.map((value) => value * (1 + size)) },
  ];
  if (rows > 1) {
    changes.push({
      text: `row ${row} scaled by 1 + ${size}`,
      apply: (values) =>
        values.map((value, index) => (Math.floor(index / rowLength) === row ? value * (1 + size) : value)),
    });
    changes.push({
      text: 'rows in another order',
      apply: (values) =>
        values.map(
          (_, index) =>
            values[(order[Math.floor(index / rowLength)] ?? 0) * rowLength + (index % rowLength)] ?? 0,
        ),
    });
  }
  if (dims.length === 2 && rows === rowLength) {
    changes.push({
      text: 'transposed',
      apply: (values) =>
        values.map((_, index) => values[(index % rows) * rows + Math.floor(index / rows)] ?? 0),
    });
  }
  return changes;
}

function rms(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
