import { isLayerdiffError } from '../../../shared/errors.ts';
import type { DumpEntry } from '../../dump/index.ts';
import { readExtraRepr } from '../extra-repr.ts';
import type { Lint, Note } from '../note.ts';
import type { LintedDump } from './linted-dump.ts';
import { classOf } from './linted-dump.ts';
import { isSameWithoutNegatives } from './same-values.ts';

/** Modules that make new values, which an activation then may overwrite; by class, or by name where no class is known. */
const MAKES = /(norm|conv|linear)/i;
const MAKES_BY_NAME = /^(bn|conv|fc|linear|norm|batchnorm|layernorm)[_\d]*$/i;
const ACTIVATES = /(relu|elu|silu|swish|hardtanh|hardsigmoid|mish)/i;
const ACTIVATES_BY_NAME = /^(relu6?|act|activation|silu|swish|elu|leaky_?relu)[_\d]*$/i;
/** Bytes that are read for this lint, all pairs together. */
const MOST_BYTES = 1 << 28;

/**
 * A hook that stores the tensor itself, not a copy, sees what a later in-place operation makes of it: the entries of
 * both modules are the same values, none of them negative. Source: PyTorch, ReLU(inplace).
 */
export const overwritten: Lint<LintedDump> = {
  kind: 'dump:overwritten',
  looksFor: 'an entry that an in-place activation has changed after it was recorded',
  find: (linted) => {
    let left = MOST_BYTES;
    return pairs(linted).flatMap(({ made, activated }) => {
      try {
        const { isSame, bytesRead } = isSameWithoutNegatives(linted.dump, made, activated, left);
        left -= bytesRead;
        return isSame ? [note(made, activated)] : [];
      } catch (error) {
        // A lint is a remark: whoever needs the values says what is wrong with them.
        if (isLayerdiffError(error)) return [];
        throw error;
      }
    });
  },
};

interface InPlace {
  readonly made: DumpEntry;
  readonly activated: DumpEntry;
}

/** One sample tells: a hook does the same in each. */
function pairs(linted: LintedDump): InPlace[] {
  const outputs = (linted.dump.samples[0]?.entries ?? []).filter(
    (entry) => entry.role === 'output' && entry.op === undefined,
  );
  return outputs.flatMap((activated, at) => {
    const made = outputs[at - 1];
    if (made === undefined || made.path === activated.path || made.dtype !== activated.dtype) return [];
    if (made.dims.join() !== activated.dims.join()) return [];
    return isInPlace(linted, activated) && makesValues(linted, made) ? [{ made, activated }] : [];
  });
}

function isInPlace({ dump, modules }: LintedDump, { path }: DumpEntry): boolean {
  const module = modules.get(path);
  if (dump.recording === undefined) return ACTIVATES_BY_NAME.test(lastName(path));
  return (
    ACTIVATES.test(classOf(module)) && readExtraRepr(module?.extraRepr ?? '').named.get('inplace') === true
  );
}

function makesValues({ dump, modules }: LintedDump, { path }: DumpEntry): boolean {
  return dump.recording === undefined
    ? MAKES_BY_NAME.test(lastName(path))
    : MAKES.test(classOf(modules.get(path)));
}

function lastName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('/')) + 1);
}

function note(made: DumpEntry, activated: DumpEntry): Note {
  return {
    severity: 'warning',
    subject: made.key,
    found: `${made.key} holds the same values as ${activated.key}, none of them negative`,
    matters:
      'an in-place activation seems to have overwritten it after it was recorded, and the model is not to blame',
    wayOut: 'store output.detach().clone() in the hook, or record with layerdiff',
    source: 'PyTorch, ReLU(inplace=True)',
  };
}
