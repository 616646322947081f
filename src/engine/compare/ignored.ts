import { DTYPES, isComparableDtype } from '../../shared/dtype.ts';
import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatList, formatShape } from '../../shared/format.ts';
import type { Tensor } from '../tensor/index.ts';
import { castTensor, elementCount } from '../tensor/index.ts';
import { numbersOf } from './numbers-of.ts';

/** Positions that `--ignore-where INPUT==VALUE` leaves out. Plain data: it crosses to another thread. */
export interface Ignored {
  readonly dims: readonly number[];
  /** 1 at positions that are left out. */
  readonly positions: Uint8Array;
}

/** `INPUT==VALUE` in its parts. @throws LayerdiffError `bad-request` for anything else. */
export function parseIgnoreWhere(text: string): { readonly input: string; readonly value: number } {
  const at = text.lastIndexOf('==');
  const [input, value] = [text.slice(0, at).trim(), text.slice(at + 2).trim()];
  if (at <= 0 || value === '' || Number.isNaN(Number(value)))
    throw new LayerdiffError('bad-request', `--ignore-where takes INPUT==VALUE, not ${printable(text)}`, {
      wayOut: 'for example --ignore-where attention_mask==0',
    });
  return { input, value: Number(value) };
}

/** @throws LayerdiffError `bad-request` where no input bears the name, none of its elements the value, or all. */
export function ignoredPositions(
  text: string,
  inputs: readonly { readonly name: string; readonly tensor: Tensor }[],
): Ignored {
  const { input, value } = parseIgnoreWhere(text);
  const mask = inputs.find(({ name }) => name === input)?.tensor;
  if (mask === undefined)
    throw new LayerdiffError(
      'bad-request',
      `--ignore-where names ${printable(input)}, which is no model input`,
      {
        wayOut: `the inputs are ${formatList(
          inputs.map(({ name }) => printable(name)),
          8,
        )}`,
      },
    );
  const numbers = numbersOf(mask) ?? [];
  const positions = Uint8Array.from(numbers, (one) => (one === value ? 1 : 0));
  if (!positions.includes(1))
    throw new LayerdiffError(
      'bad-request',
      `--ignore-where leaves nothing out: no element of ${printable(input)} is ${value}`,
      {
        wayOut: `give a value that ${printable(input)} ${formatShape(mask.dims)} holds`,
      },
    );
  if (!positions.includes(0))
    throw new LayerdiffError(
      'bad-request',
      `--ignore-where leaves everything out: all of ${printable(input)} is ${value}`,
      { wayOut: 'give the value of the positions that nobody reads' },
    );
  return { dims: mask.dims, positions };
}

interface Run {
  readonly start: number;
  readonly count: number;
}

/**
 * Runs of elements of a tensor that belong to ignored positions: where the mask's axes are its first ones ([B, T] in
 * [B, T, …]), or where batch is first and positions are the last but one ([B, heads, T, …]), of square attention scores
 * the columns as well. None where the mask cannot be laid over the tensor.
 */
export function* ignoredRuns({ dims: mask, positions }: Ignored, dims: readonly number[]): Generator<Run> {
  if (mask.every((dim, axis) => dim === dims[axis])) {
    const count = elementCount(dims.slice(mask.length));
    for (let at = 0; at < positions.length; at++) if (positions[at] === 1) yield { start: at * count, count };
    return;
  }
  const [batch = 0, length = 0] = mask;
  const [rows, columns] = [dims.at(-2) ?? 0, dims.at(-1) ?? 0];
  if (mask.length !== 2 || dims.length < 3 || dims[0] !== batch || rows !== length) return;
  const between = elementCount(dims.slice(1, -2));
  for (let block = 0; block < batch * between; block++) {
    const own = Math.floor(block / between) * length;
    for (let row = 0; row < rows; row++) {
      const start = (block * rows + row) * columns;
      if (positions[own + row] === 1) yield { start, count: columns };
      else if (columns === length)
        for (let column = 0; column < columns; column++)
          if (positions[own + column] === 1) yield { start: start + column, count: 1 };
    }
  }
}

/**
 * Does some work while the ignored positions of a tensor hold the reference's values; its own are put back after it.
 * @param reference of the tensor's dims, of any comparable dtype.
 */
export function whileIgnoring<T>(tensor: Tensor, reference: Tensor, ignored: Ignored, work: () => T): T {
  if (!isComparableDtype(tensor.dtype)) return work();
  const size = DTYPES[tensor.dtype].bytes;
  const other = castTensor(reference, tensor.dtype).tensor.bytes;
  const kept: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  for (const { start, count } of ignoredRuns(ignored, tensor.dims)) {
    const [from, to] = [start * size, (start + count) * size];
    kept.push({ at: from, bytes: tensor.bytes.slice(from, to) });
    tensor.bytes.set(other.subarray(from, to), from);
  }
  try {
    return work();
  } finally {
    for (const { at, bytes } of kept) tensor.bytes.set(bytes, at);
  }
}
