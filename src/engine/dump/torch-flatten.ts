import { shortName } from './bad-file.ts';
import type { BareEntries } from './bare-entries.ts';
import { memorySource } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { columnMajorStrides } from './npy-header.ts';
import { PickleRefusal } from './pickle-refusal.ts';
import type { PickleNumpyArray, PickleValue } from './pickle-value.ts';
import type { ArrayLayout } from './stored-array.ts';
import { storageName } from './torch-tensor.ts';
import type { TorchTensor } from './torch-tensor.ts';

export interface FlattenParts {
  readonly file: string;
  /** Name of a tensor that is saved by itself. */
  readonly rootName: string;
  /** Where the tensor's elements are. */
  layoutOf(tensor: TorchTensor): ArrayLayout;
}

/**
 * Names every tensor in nested containers by its way there: `lstm.0`, `decoder.hidden`.
 * @throws PickleRefusal for containers without end
 */
export function flattenTensors(root: PickleValue, entries: BareEntries, parts: FlattenParts): void {
  const arrays = new Map<PickleNumpyArray, number>();
  let visited = 0;

  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (depth > LIMITS.nesting) throw new PickleRefusal(`is nested more than ${LIMITS.nesting} deep`);
    if (++visited > LIMITS.values) throw new PickleRefusal(`holds more than ${LIMITS.values} values`);
    const own = name === '' ? parts.rootName : name;
    switch (value.kind) {
      case 'dict':
        for (const { key, value: inner } of value.items) visit(inner, joined(name, keyText(key)), depth + 1);
        return;
      case 'list':
      case 'tuple':
      case 'set':
        if (value.items.length > 0 && value.items.every(isPlain)) {
          entries.skip(own, `a ${value.kind} of ${value.items.length} values that are no tensors`);
          return;
        }
        value.items.forEach((item, index) => {
          visit(item, joined(name, String(index)), depth + 1);
        });
        return;
      case 'tensor':
        entries.add(own, parts.layoutOf(value.tensor), storageName(value.tensor));
        return;
      case 'numpy-array':
        addArray(value, own, arrays, entries, parts.file);
        return;
      case 'unread':
        entries.skip(own, value.reason);
        return;
      case 'none':
      case 'boolean':
      case 'integer':
      case 'float':
      case 'text':
      case 'bytes':
      case 'storage':
      case 'global':
      case 'numpy-dtype':
        entries.skip(own, plainWords(value));
    }
  };
  visit(root, '', 0);
}

function addArray(
  array: PickleNumpyArray,
  name: string,
  known: Map<PickleNumpyArray, number>,
  entries: BareEntries,
  file: string,
): void {
  const { content } = array;
  if (typeof content === 'string') {
    entries.skip(name, content);
    return;
  }
  const number = known.get(array) ?? known.size;
  known.set(array, number);
  const { dims, dtype, fortran, bytes } = content;
  const strides = fortran ? { strides: columnMajorStrides(dims) } : {};
  const layout = { source: memorySource(file, bytes), byteOffset: 0, dims, ...dtype, ...strides };
  entries.add(name, layout, `array ${number}`);
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

function isPlain(value: PickleValue): boolean {
  return ['none', 'boolean', 'integer', 'float', 'text', 'bytes', 'global'].includes(value.kind);
}

function keyText(key: PickleValue): string {
  if (key.kind === 'text') return key.value;
  if (key.kind === 'bytes') return Buffer.from(key.value).toString('utf8');
  if (key.kind === 'integer' || key.kind === 'float') return String(key.value);
  if (key.kind === 'boolean') return key.value ? 'True' : 'False';
  if (key.kind === 'tuple')
    return `(${key.items.map((item) => (isPlain(item) ? keyText(item) : '?')).join(', ')})`;
  if (key.kind === 'global') return key.name;
  return key.kind === 'none' ? 'None' : `a ${key.kind}`;
}

function plainWords(value: PickleValue): string {
  if (value.kind === 'integer' || value.kind === 'float' || value.kind === 'boolean') {
    return `a Python number (${shortName(String(value.value))}), not a tensor`;
  }
  if (value.kind === 'text' || value.kind === 'bytes') return 'text, not a tensor';
  if (value.kind === 'none') return 'None, not a tensor';
  return value.kind === 'storage' ? 'a storage without a shape: save the tensor' : 'not a tensor';
}
