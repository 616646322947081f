// npm run bench: what `compare` costs beside one plain run of the same model, both as cold processes, in turn.
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBenchFiles } from './bench/make-model.mjs';
import { diagnosisRatios, makeFaulty } from './bench/diagnosis.mjs';
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

// The diagnosis: nothing above the noise floor, and one fault in the middle.
const faulty = join(dirname(files.model), 'faulty.onnx');
const report = join(dirname(files.model), 'report.json');
makeFaulty(files.model, faulty);
const quiet = [];
const loud = [];
for (let run = 0; run < Math.min(runs, 3); run++) {
  for (const [model, list] of [
    [files.model, quiet],
    [faulty, loud],
  ]) {
    const one = await measure(process.execPath, [
      join(root, 'build/cli/main.js'),
      'compare',
      model,
      files.dump,
      '--memory',
      `${memory}MiB`,
      '--json',
      report,
    ]);
    list.push({ ...diagnosisRatios(report), sampled: one.sampled });
  }
}
const middle = (list, key) => median(list.map((one) => one[key]));
console.log(
  `diagnosis, nothing above the noise floor: × ${middle(quiet, 'all').toFixed(2)} of the plain comparison (bar 2)`,
);
console.log(
  `diagnosis, one fault: × ${middle(loud, 'withReferee').toFixed(2)} without the perturbed runs, as with a referee (bar 2); × ${middle(loud, 'all').toFixed(2)} with them (bar 4)`,
);
console.log(
  `of ${middle(loud, 'plain').toFixed(0)} ms plain: ${middle(loud, 'noise').toFixed(0)} ms perturbed runs, ${middle(loud, 'rest').toFixed(0)} ms contributions and causes; ${middle(loud, 'sampled').toFixed(0)} MiB resident`,
);
