import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StructureKind } from '../../../src/shared/structure.ts';
import { structuresOf } from '../../../src/engine/structure/index.ts';

/** Made by make-truth.py with numpy and torch: one known fault each. */
interface Case {
  readonly name: string;
  readonly dims: readonly number[];
  readonly isFloat: boolean;
  readonly tolerance: number;
  readonly candidate: string;
  readonly reference: string;
  readonly operands: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly values: string;
  }[];
  readonly speaks: readonly StructureKind[];
  readonly first: StructureKind | null;
  readonly silent: readonly StructureKind[];
}

const cases = JSON.parse(readFileSync('test/fixtures/structure/truth.json', 'utf8')) as Case[];

function floats(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

describe('faults as torch makes them', () => {
  test.each(cases)('$name: $speaks', ({ candidate, reference, operands, speaks, first, silent, ...rest }) => {
    const found = structuresOf({
      ...rest,
      candidate: floats(candidate),
      reference: floats(reference),
      operands: operands.map((operand) => ({ ...operand, values: floats(operand.values) })),
    });
    const kinds = found.map(({ kind }) => kind);
    const said = found.map(({ text }) => text).join('\n');
    expect(kinds, said).toEqual(expect.arrayContaining([...speaks]));
    if (first !== null) expect(kinds[0], said).toBe(first);
    expect(
      kinds.filter((kind) => silent.includes(kind)),
      said,
    ).toEqual([]);
  });
});
