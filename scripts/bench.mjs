// npm run bench: what `compare` costs beside one plain run of the same model, both as cold processes, in turn.
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBenchFiles } from './bench/make-model.mjs';
import { measure, median } from './bench/measure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const runs = Number(process.argv[2] ?? 5);
const memory = 512;
const files = await makeBenchFiles(join(tmpdir(), 'layerdiff-bench-2'));
const weights = files.weightBytes / 2 ** 20;
console.log(
  `model: ${files.nodes} nodes, ${weights.toFixed(0)} MiB of weights, ${(files.elements / 1e6).toFixed(0)} M intermediate elements`,
);

const plain = [];
const compare = [];
for (let run = 0; run <= runs; run++) {
  const a = await measure(process.execPath, [
    join(root, 'scripts/bench/plain.mjs'),
    files.model,
    files.input,
  ]);
  const b = await measure(process.execPath, [
    join(root, 'build/cli/main.js'),
    'compare',
    files.model,
    files.dump,
    '--memory',
    `${memory}MiB`,
  ]);
  // The first pair only brings the files into the page cache.
  if (run === 0) continue;
  plain.push(a);
  compare.push(b);
  console.log(
    `run ${run}: plain ${a.wall.toFixed(0)} ms, compare ${b.wall.toFixed(0)} ms, ratio ${(b.wall / a.wall).toFixed(2)}, exit ${b.code}`,
  );
}
console.log(
  compare
    .at(-1)
    .output.split('\n')
    .find((line) => line.includes('fault') || line.includes('introduced')) ?? compare.at(-1).output,
);
const ratios = compare.map((one, index) => one.wall / plain[index].wall);
const limit = weights + memory + 300;
console.log(`time: median ratio compare ÷ plain ${median(ratios).toFixed(2)} (bar 4)`);
console.log(
  `memory: median peak over all processes ${median(compare.map((one) => one.sampled)).toFixed(0)} MiB resident at one time, ${median(compare.map((one) => one.peaks)).toFixed(0)} MiB as sum of each process's own peak (bar ${limit.toFixed(0)} = weights ${weights.toFixed(0)} + --memory ${memory} + 300)`,
);
