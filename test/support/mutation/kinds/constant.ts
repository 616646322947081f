import { attribute } from '../../attributes.ts';
import { floatsOf, setFloats } from '../../edit-model.ts';
import type { Proto } from '../../edit-model.ts';
import type { Weight } from '../../proto-model.ts';
import { TYPE } from '../../proto-model.ts';
import { oneOf, signedSize } from '../choice.ts';
import type { Mutate } from '../mutation.ts';
import { mutation } from '../mutation.ts';
import { initializerNamed, nameOf, nodeNamed, nodesOf, outputOf, readersOf } from '../nodes.ts';

interface Source {
  readonly name: string;
  readonly origins: readonly string[];
  readonly find: (proto: Proto) => Weight;
}

/** A Constant node or a scalar initializer: scaled, shifted, or one of its integers another. */
export const constantMutation: Mutate = ({ proto }, random) => {
  const sources = sourcesOf(proto);
  const floats = sources.filter((one) => floatsOf(one.find(proto)) !== undefined);
  const whole = sources.filter((one) => (integersOf(one.find(proto))?.length ?? 0) > 0);
  const source = oneOf(random() < 0.7 && floats.length > 0 ? floats : whole, random);
  if (source === undefined) return undefined;
  const change =
    floatsOf(source.find(proto)) === undefined
      ? integerChange(source.find(proto), random)
      : floatChange(random);
  return mutation({
    kind: 'constant',
    label: `${source.name}: ${change.text}`,
    origins: source.origins,
    apply: (copy) => change.apply(source.find(copy)),
  });
};

function sourcesOf(proto: Proto): Source[] {
  const nodes = nodesOf(proto)
    .filter((node) => node.opType === 'Constant' && attribute(node, 'value')?.t !== undefined)
    .filter((node) => readersOf(proto, outputOf(node)).length > 0)
    .map((node): Source => ({
      name: `Constant ${nameOf(node)}`,
      origins: [nameOf(node)],
      find: (copy) => attribute(nodeNamed(copy, nameOf(node)), 'value')?.t ?? {},
    }));
  const scalars = (proto.graph?.initializer ?? [])
    .filter(
      (tensor) =>
        (tensor.dims ?? []).reduce((all, dim) => all * dim, 1) <= 1 || integersOf(tensor) !== undefined,
    )
    .map(({ name }): Source => ({
      name: `initializer ${name ?? ''}`,
      origins: readersOf(proto, name ?? '').map(nameOf),
      find: (copy) => initializerNamed(copy, name ?? ''),
    }));
  return [...nodes, ...scalars].filter((one) => one.origins.length > 0);
}

interface Change {
  readonly text: string;
  readonly apply: (tensor: Weight) => void;
}

function floatChange(random: () => number): Change {
  const size = signedSize(random);
  const isShift = random() < 0.3;
  return {
    text: isShift ? `shifted by ${size} of its largest` : `scaled by 1 + ${size}`,
    apply: (tensor) => {
      const values = floatsOf(tensor) ?? new Float32Array();
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const step = size * (largest === 0 ? 1 : largest);
      setFloats(
        tensor,
        values.map((value) => (isShift ? value + step : value * (1 + size))),
      );
    },
  };
}

function integerChange(tensor: Weight, random: () => number): Change {
  const index = Math.floor(random() * (integersOf(tensor)?.length ?? 0));
  const step = random() < 0.5 ? -1n : 1n;
  return {
    text: `element ${index} ${step > 0n ? '+ 1' : '− 1'}`,
    apply: (copy) => {
      const values = integersOf(copy)?.slice() ?? new BigInt64Array();
      values[index] = (values[index] ?? 0n) + step;
      copy.rawData = new Uint8Array(values.buffer);
    },
  };
}

function integersOf({ dataType, rawData }: Weight): BigInt64Array | undefined {
  if (dataType !== TYPE.int64 || rawData === undefined || rawData === null) return undefined;
  return new BigInt64Array(new Uint8Array(rawData).buffer);
}
