import type { Dump, DumpEntry } from '../dump/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { tensorOf } from '../onnx/index.ts';
import type { Directions, SortedDirections } from '../prompt/index.ts';
import { alikeRows, directionsOf, isParallel, isSame, sortedDirections } from '../prompt/index.ts';
import { byteLength, elementCount } from '../tensor/index.ts';
import { numbersOf } from './numbers-of.ts';
import type { PromptConstant } from './prompt-constants.ts';
import type { PromptFit } from './prompt-fit.ts';

/** Rows of a recorded value that are looked for in a constant: of one that is its prompt most are there. */
const PROBED = 16;

interface Probe {
  readonly rows: readonly Float64Array[];
  readonly directions: Directions;
}

interface Held {
  readonly directions: SortedDirections;
  readonly rowAt: (row: number) => Float64Array;
}

/**
 * Whether a constant and a recorded value have rows in common. Most recorded values come from the model's inputs and
 * most constants are weights: constants are read once, of entries a few rows.
 */
export function sharedRows(
  model: OnnxModel,
  dump: Dump,
): (constant: PromptConstant, fit: PromptFit, entry: DumpEntry) => boolean {
  const constants = new Map<string, Held>();
  const probes = new Map<string, Probe>();
  return (constant, fit, entry) => {
    const width = entry.dims.at(-1) ?? 1;
    const name = JSON.stringify([constant.name, width]);
    const held = constants.get(name) ?? heldRows(model, constant, fit, width);
    constants.set(name, held);
    const probe = probes.get(entry.storage) ?? probed(dump, entry, width);
    probes.set(entry.storage, probe);
    return probe.rows.some(
      (row, at) =>
        // Zeros are in any padded table.
        probe.directions.norms[at] !== 0 &&
        alikeRows(held.directions, probe.directions, at).some((other) => {
          const own = held.rowAt(other);
          return isSame(own, row) || isParallel(own, row);
        }),
    );
  };
}

function heldRows(
  model: OnnxModel,
  { tensor }: PromptConstant,
  { isTurned }: PromptFit,
  width: number,
): Held {
  const values = numbersOf(tensorOf(model, tensor)) ?? [];
  const count = values.length / width;
  return {
    directions: sortedDirections(directionsOf(values, count, width, isTurned)),
    rowAt: (row) =>
      Float64Array.from(
        { length: width },
        (_, column) => values[isTurned ? column * count + row : row * width + column] ?? NaN,
      ),
  };
}

/** Rows that lie evenly over the entry. */
function probed(dump: Dump, entry: DumpEntry, width: number): Probe {
  const count = elementCount(entry.dims) / width;
  const taken = Math.min(count, PROBED);
  const piece = { dtype: entry.dtype, dims: [width] };
  const rows = Array.from({ length: taken }, (_, index) => {
    const bytes = new Uint8Array(byteLength(piece));
    dump.read(entry, Math.floor((index * count) / taken) * width, width, bytes);
    return Float64Array.from(numbersOf({ ...piece, bytes }) ?? []);
  });
  const values = new Float64Array(taken * width);
  for (const [index, row] of rows.entries()) values.set(row, index * width);
  return { rows, directions: directionsOf(values, taken, width) };
}
