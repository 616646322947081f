// npm run study [-- FOLDER]: the study of a text-guided detector at full size, from training to the page docs/yolo-world.md.
// What is compared is made by scripts/study/make.py into FOLDER (build/study); with --keep what lies there is used again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from '../build/engine/index.js';
import { studyPage } from './study/page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const folder = words.find((word) => !word.startsWith('--')) ?? join(root, 'build/study');
const NEEDS = 'torch, onnx, onnxscript, onnxruntime, numpy, safetensors, cv2';

/** The first interpreter that has all that the study needs. */
function python() {
  const candidates = [process.env.LAYERDIFF_PYTHON, join(root, '.venv/bin/python'), 'python3'];
  const found = candidates.find(
    (one) => one !== undefined && spawnSync(one, ['-c', `import ${NEEDS}`], { stdio: 'ignore' }).status === 0,
  );
  if (found !== undefined) return found;
  console.error(`study: no Python with ${NEEDS}: pip install torch==2.13.0 onnx==1.23.1 onnxscript==0.7.2
onnxruntime==1.30.0 numpy safetensors opencv-python-headless, or name one in LAYERDIFF_PYTHON`);
  process.exit(2);
}

if (!words.includes('--keep') || !existsSync(join(folder, 'study.json'))) {
  mkdirSync(folder, { recursive: true });
  const made = spawnSync(python(), ['-W', 'ignore', join(root, 'scripts/study/make.py'), folder], {
    stdio: 'inherit',
  });
  if (made.status !== 0) process.exit(made.status ?? 1);
}

const study = JSON.parse(readFileSync(join(folder, 'study.json'), 'utf8'));
const runs = [];
for (const one of study.cases) {
  const at = (name) => join(folder, name);
  const report = await compare(
    {
      candidate: at(one.model),
      reference: at(one.dump),
      shown: { candidate: one.model, reference: one.dump },
      inputs: [at(one.deployed)],
      image: at(one.image),
      deployed: at(one.deployed),
      optimization: 'disabled',
      provider: 'cpu',
      memoryBytes: 512 * 2 ** 20,
      threads: 0,
      minCoverage: 0.8,
      command: one.command,
    },
    () => undefined,
  );
  runs.push({ ...one, report });
  console.log(`${one.case} on ${one.picture}, ${one.model}: ${report.verdict.kinds.join(', ')}`);
}

/** A case is told as planted when its causes, and no others, are named, and just the wrong operator is blamed. */
const wrong = runs.filter(({ causes, report }) => {
  const due = new Set(
    causes.map(
      (cause) => ({ input: 'input', text: 'prompt', operator: 'introduced', post: 'output' })[cause],
    ),
  );
  const found = new Set([
    ...(report.inputs.some(({ differs }) => differs) ? ['input'] : []),
    ...(report.inputStage.prompts.length > 0 ? ['prompt'] : []),
    ...report.verdict.sites.map(({ kind }) => kind),
    ...(report.outputStage.heads.some(({ decides }) => decides) ? ['output'] : []),
  ]);
  const sites = report.verdict.sites.map(({ opType }) => opType).join();
  return (
    due.size !== found.size ||
    [...due].some((one) => !found.has(one)) ||
    (causes.includes('operator') && sites !== 'AveragePool')
  );
});
writeFileSync(join(root, 'docs/yolo-world.md'), studyPage(study, runs));
console.log(
  `docs/yolo-world.md: ${runs.length - wrong.length} of ${runs.length} comparisons name what was planted, and nothing else`,
);
for (const { case: name, picture, model } of wrong) console.log(`  not so: ${name} on ${picture}, ${model}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
