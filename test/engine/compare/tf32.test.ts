import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';
import { floats, modelBytes, node, TYPE, value } from '../../support/proto-model.ts';
import { seeded } from '../../support/random.ts';
import { writeDump } from '../../support/write-dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-tf32-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const SIZE = 16;
const random = seeded(5);
const matrix = (): number[] => Array.from({ length: SIZE * SIZE }, () => Math.fround(2 * random() - 1));

/** Ten bits of mantissa are kept, as TF32 does with what it multiplies. */
const rounded = (number: number): number => {
  const [bits = 0] = new Uint32Array(Float32Array.of(number).buffer);
  return new Float32Array(Uint32Array.of((bits + 0x1000) & 0xffffe000).buffer)[0] ?? 0;
};

/** The product of both, each element rounded so before. */
function product(x: readonly number[], w: readonly number[]): number[] {
  return Array.from({ length: SIZE * SIZE }, (_, index) => {
    let sum = 0;
    for (let inner = 0; inner < SIZE; inner++) {
      const a = x[Math.floor(index / SIZE) * SIZE + inner] ?? 0;
      const b = w[inner * SIZE + (index % SIZE)] ?? 0;
      sum += rounded(a) * rounded(b);
    }
    return sum;
  });
}

test.each([
  [true, 'cuda:0', 'no-fault'],
  [false, 'cuda:0', 'introduced'],
  // torch.backends.cudnn.allow_tf32 is true by default, whatever the machine.
  [true, 'cpu', 'introduced'],
])(
  'a product of numbers rounded to TF32, the recording says tf32 %s on %s: %s',
  async (tf32, device, kind) => {
    const [x, w] = [matrix(), matrix()];
    const name = `tf32-${tf32}-${device.slice(0, 4)}`;
    writeFileSync(
      at(`${name}.onnx`),
      modelBytes({
        node: [node('MatMul', ['x', 'w'], ['y'])],
        input: [value('x', TYPE.float32, [SIZE, SIZE])],
        output: [value('y', TYPE.float32, [SIZE, SIZE])],
        initializer: [floats('w', [SIZE, SIZE], w)],
      }),
    );
    writeDump(
      {
        environment: { tf32, device },
        modules: [{ path: '', class: 'Net' }],
        samples: [
          {
            tensors: {
              x: { dims: [SIZE, SIZE], values: x },
              y: { dims: [SIZE, SIZE], values: product(x, w) },
            },
            entries: [
              ['#0:input.0', 'x'],
              ['#0:output.0', 'y'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { y: '#0:output.0' },
          },
        ],
      },
      at(name),
    );
    const { verdict } = await compareFiles(at(`${name}.onnx`), at(name));
    expect(verdict.kind).toBe(kind);
  },
);
