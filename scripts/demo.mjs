// The README's first command: the bundled detector with its planted faults, then its healthy twin.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const demo = join(root, 'resources/demo');
const at = (name) => relative(process.cwd(), join(demo, name));

function compare(model, ...options) {
  console.log(`\n$ layerdiff compare ${[at(model), at('dump'), ...options].join(' ')}`);
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'build/cli/main.js'), 'compare', at(model), at('dump'), ...options],
    {
      stdio: 'inherit',
    },
  );
  return status;
}

const { faults } = JSON.parse(readFileSync(join(demo, 'faults.json'), 'utf8'));
console.log('planted in faulty.onnx:');
for (const { node, attribute, old, new: now, meaning } of faults)
  console.log(`  ${node}: ${attribute} ${old} -> ${now} (${meaning})`);
const faulty = compare('faulty.onnx');
const healthy = compare('healthy.onnx', '--quiet');
process.exitCode = faulty === 1 && healthy === 0 ? 0 : 1;
