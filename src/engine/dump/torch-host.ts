import {
  newNumpyArray,
  newNumpyDtype,
  numpyFromBuffer,
  numpyScalar,
  setNumpyArray,
  setNumpyDtype,
  textOf,
} from './numpy-pickle.ts';
import type { PickleHost } from './pickle-machine.ts';
import { ONLY, PickleRefusal, RE_SAVE } from './pickle-refusal.ts';
import { newDict, NONE, setItem, smallInteger } from './pickle-value.ts';
import type { PickleDict, PickleValue, StorageRef } from './pickle-value.ts';
import { rebuildTensor, unreadType } from './torch-tensor.ts';
import { STORAGE_TYPES, TORCH_DTYPES } from './torch-types.ts';
import type { StorageType } from './torch-types.ts';

/**
 * The allow-list: every global that a file of tensors, containers and numbers needs, and what a call of it means as
 * data. Nothing outside these tables is ever reached.
 */
type Call = (args: readonly PickleValue[]) => PickleValue;

const REBUILD = 'torch._utils._rebuild_';

const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  [`${REBUILD}tensor`, (args) => rebuildTensor(args)],
  [`${REBUILD}tensor_v2`, (args) => withMetadata(rebuildTensor(args), args[6])],
  [`${REBUILD}tensor_v3`, (args) => withMetadata(rebuildTensor(args, dtypeOf(args[6])), args[7])],
  [`${REBUILD}parameter`, first],
  [`${REBUILD}parameter_with_state`, first],
  [`${REBUILD}device_tensor_from_cpu_tensor`, first],
  [`${REBUILD}device_tensor_from_numpy`, first],
  [`${REBUILD}qtensor`, () => unread(unreadType('qint8'))],
  [`${REBUILD}sparse_tensor`, () => unread('a sparse tensor: save tensor.to_dense()')],
  [`${REBUILD}nested_tensor`, () => unread('a nested tensor: save its parts')],
  [`${REBUILD}meta_tensor_no_storage`, () => unread('a tensor on the meta device has no values')],
  [`${REBUILD}wrapper_subclass`, () => unread('a tensor subclass without values of its own')],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.nn.parameter.Parameter', first],
  ['torch.Size', first],
  ['torch.device', first],
  ['torch.serialization._get_layout', first],
  ['collections.OrderedDict', (args) => dictFrom(args[0])],
  ['collections.Counter', (args) => dictFrom(args[0])],
  ['collections.defaultdict', (args) => dictFrom(args[1])],
  ['builtins.dict', (args) => dictFrom(args[0])],
  ['builtins.list', (args) => sequenceFrom('list', args[0])],
  ['builtins.tuple', (args) => sequenceFrom('tuple', args[0])],
  ['builtins.set', (args) => sequenceFrom('set', args[0])],
  ['builtins.frozenset', (args) => sequenceFrom('set', args[0])],
  ['builtins.complex', () => unread(unreadType('complex'))],
  ['builtins.bytearray', encode],
  ['_codecs.encode', encode],
  ['numpy.dtype', newNumpyDtype],
  ['numpy.core.multiarray._reconstruct', newNumpyArray],
  ['numpy.core.multiarray.scalar', numpyScalar],
  ['numpy.core.numeric._frombuffer', numpyFromBuffer],
]);

/** Globals that are only passed along: types, factories of a defaultdict, layouts, schemes. */
const NAMES: ReadonlySet<string> = new Set([
  'numpy.ndarray',
  'torch.Tensor',
  'builtins.int',
  'builtins.float',
  'builtins.bool',
  'builtins.str',
  'builtins.bytes',
  ...[...STORAGE_TYPES.keys()].map((name) => `torch.${name}`),
  'torch.storage.UntypedStorage',
  'torch.storage.TypedStorage',
  ...[...TORCH_DTYPES.keys()].map((name) => `torch.${name}`),
  ...['strided', 'sparse_coo', 'sparse_csr', 'sparse_csc', 'sparse_bsr', 'sparse_bsc', '_mkldnn'].map(
    (name) => `torch.${name}`,
  ),
  ...['contiguous_format', 'channels_last', 'channels_last_3d', 'preserve_format'].map(
    (name) => `torch.${name}`,
  ),
  ...['per_tensor_affine', 'per_tensor_symmetric', 'per_channel_affine', 'per_channel_symmetric'].map(
    (name) => `torch.${name}`,
  ),
  'torch.per_channel_affine_float_qparams',
]);

/** @param onStorage told of every storage the pickle refers to, in order */
export function torchHost(onStorage: (storage: StorageRef) => void): PickleHost {
  return {
    global: (written) => {
      const name = modernName(written);
      return CALLS.has(name) || NAMES.has(name) ? { kind: 'global', name } : undefined;
    },
    call: callGlobal,
    build: (target, state) => {
      if (target.kind === 'numpy-dtype') setNumpyDtype(target, state);
      else if (target.kind === 'numpy-array') setNumpyArray(target, state);
      // Attributes of a dict (a state_dict's `_metadata`) are not tensors; the dict's items are already there.
      else if (target.kind !== 'dict')
        throw new PickleRefusal(`refuses to set the state of a ${target.kind}`, RE_SAVE);
    },
    persistent: (id) => {
      const storage = storageOf(id);
      onStorage(storage);
      return { kind: 'storage', storage };
    },
  };
}

/** Python 2's and numpy 2's names of the same things. */
function modernName(name: string): string {
  return name
    .replace(/^__builtin__\./, 'builtins.')
    .replace(/^numpy\._core\./, 'numpy.core.')
    .replace(/^torch\.nn\.Parameter$/, 'torch.nn.parameter.Parameter');
}

function callGlobal(name: string, args: readonly PickleValue[]): PickleValue {
  const call = CALLS.get(name);
  if (call === undefined) throw new PickleRefusal(`refuses to call \`${name}\`: ${ONLY}`, RE_SAVE);
  return call(args);
}

/** A tensor with attributes of its own: its function and arguments, here without the attributes. */
function rebuildFromType(args: readonly PickleValue[]): PickleValue {
  const [callee, , inner] = args;
  if (callee?.kind !== 'global' || inner?.kind !== 'tuple' || !callee.name.startsWith(REBUILD)) {
    throw new PickleRefusal('a tensor with attributes that is rebuilt by no known function');
  }
  return callGlobal(callee.name, inner.items);
}

/** `neg` and `conj` are lazy: the stored numbers are not the tensor's. */
function withMetadata(value: PickleValue, metadata: PickleValue | undefined): PickleValue {
  const isLazy =
    metadata?.kind === 'dict' &&
    metadata.items.some((item) => item.value.kind === 'boolean' && item.value.value);
  return isLazy && value.kind === 'tensor' ? unread('a lazily negated view: save tensor.clone()') : value;
}

function storageOf(id: PickleValue): StorageRef {
  const [kind, type, key, location, count, view] = id.kind === 'tuple' ? id.items : [];
  if (textOf(kind) !== 'storage' || type?.kind !== 'global')
    throw new PickleRefusal('a persistent id that is no storage');
  const storageType = STORAGE_TYPES.get(type.name.slice(type.name.lastIndexOf('.') + 1));
  const name = textOf(key);
  const elements = smallInteger(count);
  if (storageType === undefined || name === undefined || elements === undefined || elements < 0) {
    throw new PickleRefusal(`a storage of type ${type.name} without key or size`);
  }
  const whole = {
    key: name,
    type: storageType,
    count: elements,
    offset: 0,
    location: textOf(location) ?? '',
  };
  if (view?.kind !== 'tuple') return whole;
  const offset = smallInteger(view.items[1]);
  const viewed = smallInteger(view.items[2]);
  if (
    offset === undefined ||
    viewed === undefined ||
    offset < 0 ||
    viewed < 0 ||
    offset + viewed > elements
  ) {
    throw new PickleRefusal('a view of a storage that reaches beyond it');
  }
  return { ...whole, offset, count: viewed };
}

function dtypeOf(value: PickleValue | undefined): StorageType {
  const type = value?.kind === 'global' ? TORCH_DTYPES.get(value.name.replace(/^torch\./, '')) : undefined;
  if (type === undefined) throw new PickleRefusal('a tensor without a dtype');
  return type;
}

function first(args: readonly PickleValue[]): PickleValue {
  return args[0] ?? NONE;
}

function unread(reason: string): PickleValue {
  return { kind: 'unread', reason };
}

/** From another dict, or from pairs. */
function dictFrom(source: PickleValue | undefined): PickleDict {
  const dict = newDict();
  if (source?.kind === 'dict') for (const { key, value } of source.items) setItem(dict, key, value);
  if (source?.kind !== 'list' && source?.kind !== 'tuple') return dict;
  for (const pair of source.items) {
    if (pair.kind !== 'list' && pair.kind !== 'tuple') throw new PickleRefusal('a dict of what is no pair');
    setItem(dict, pair.items[0] ?? NONE, pair.items[1] ?? NONE);
  }
  return dict;
}

function sequenceFrom(kind: 'list' | 'tuple' | 'set', source: PickleValue | undefined): PickleValue {
  const items =
    source?.kind === 'list' || source?.kind === 'tuple' || source?.kind === 'set' ? source.items : [];
  return { kind, items: [...items] };
}

/** `encode(text, 'latin1')`: how protocol 2 writes bytes. */
function encode(args: readonly PickleValue[]): PickleValue {
  const [value] = args;
  if (value?.kind === 'bytes') return value;
  return { kind: 'bytes', value: Uint8Array.from(Buffer.from(textOf(value) ?? '', 'latin1')) };
}
