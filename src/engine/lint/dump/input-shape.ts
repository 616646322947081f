import { formatShape } from '../../../shared/format.ts';
import { DTYPES } from '../../../shared/dtype.ts';
import type { DumpEntry, DumpSample } from '../../dump/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { OnnxValue } from '../../onnx/index.ts';
import type { Lint } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';

export const inputShape: Lint<LintedDump> = {
  kind: 'dump:input-shape',
  looksFor: 'recorded inputs that the model cannot be fed: another rank, size, layout or kind of number',
  find: ({ dump, context: { graph } }) => {
    if (graph === undefined) return [];
    return dump.samples.flatMap((sample) =>
      recordedInputs(graph, sample).flatMap(({ input, entry }) => {
        const difference = differenceOf(input, entry);
        if (difference === undefined) return [];
        return [
          {
            severity: 'warning',
            subject: entry.key,
            found: `the model declares ${input.name} ${input.dtype ?? ''} ${formatShape(input.dims)}, recorded was ${entry.dtype} ${formatShape(entry.dims)}`,
            matters: difference,
            wayOut: 'record what the exported model is fed',
            source: 'the model file',
          },
        ];
      }),
    );
  },
};

/** By name, else by place where the counts agree. */
function recordedInputs(graph: Graph, { inputs }: DumpSample): { input: OnnxValue; entry: DumpEntry }[] {
  return graph.inputs.flatMap((input, place) => {
    const named = inputs.find(({ name }) => name === input.name);
    const one = named ?? (inputs.length === graph.inputs.length ? inputs[place] : undefined);
    return one === undefined ? [] : [{ input, entry: one.entry }];
  });
}

function differenceOf(input: OnnxValue, entry: DumpEntry): string | undefined {
  if (input.dtype !== undefined && DTYPES[input.dtype].kind !== DTYPES[entry.dtype].kind) {
    return `${entry.dtype} is another kind of number than ${input.dtype}`;
  }
  const { dims } = input;
  if (dims === undefined) return undefined;
  if (dims.length !== entry.dims.length) return `${entry.dims.length} axes are not ${dims.length}`;
  const fits = (declared: (typeof dims)[number], size: number | undefined): boolean =>
    typeof declared !== 'number' || declared === size;
  if (dims.every((declared, axis) => fits(declared, entry.dims[axis]))) return undefined;
  const moved = [...entry.dims.slice(0, 1), ...entry.dims.slice(-1), ...entry.dims.slice(1, -1)];
  return dims.length > 2 && dims.every((declared, axis) => fits(declared, moved[axis]))
    ? 'it fits with the last axis moved to the second place: NHWC recorded, NCHW exported'
    : 'the sizes differ';
}
