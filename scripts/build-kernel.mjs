// Compiles the metric kernel (src/engine/metric/assembly/) to WebAssembly and wraps it in a TypeScript file, so that it
// needs no file access at run time. The output is built, not committed: machine-written and determined by its source.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const metric = join(root, 'src/engine/metric');
const output = join(metric, 'generated/kernel-binary.ts');

const sources = [
  fileURLToPath(import.meta.url),
  join(metric, 'state-slot.ts'),
  ...readdirSync(join(metric, 'assembly')).map((file) => join(metric, 'assembly', file)),
];

function isFresh() {
  try {
    const made = statSync(output).mtimeMs;
    return sources.every((file) => statSync(file).mtimeMs < made);
  } catch {
    return false;
  }
}

async function build() {
  const { main } = await import('assemblyscript/asc');
  const pages = 32;
  const files = new Map();
  const { error, stderr } = await main(
    [
      'assembly/index.ts',
      '--outFile',
      'kernel.wasm',
      ...(process.argv.includes('--text') ? ['--textFile', 'kernel.wat'] : []),
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--noAssert',
      '--optimizeLevel',
      '3',
      '--shrinkLevel',
      '0',
      '--converge',
      '--initialMemory',
      String(pages),
      // It grows once, by the room that its host wants for tensors.
      '--maximumMemory',
      '65536',
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(metric, base, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => void files.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
    process.exit(1);
  }
  const text = files.get('kernel.wat');
  if (text !== undefined) process.stdout.write(text);
  const base64 = Buffer.from(files.get('kernel.wasm')).toString('base64');
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(
    output,
    `/** The compiled metric kernel, base64. Made by scripts/build-kernel.mjs. */\nexport const KERNEL_BINARY =\n  '${base64}';\n`,
  );
}

if (!isFresh() || process.argv.includes('--text')) await build();
