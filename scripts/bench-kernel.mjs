// Throughput of the metric kernel and of its plain TypeScript twin, millions of elements a second on one core.
// node scripts/build-kernel.mjs && node scripts/bench-kernel.mjs [ELEMENTS]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const load = async (path) =>
  (await runnerImport(join(root, path), { configFile: false, logLevel: 'silent' })).module;
const { createComparer } = await load('src/engine/metric/index.ts');
const { castTensor } = await load('src/engine/tensor/index.ts');
const { twin } = await load('test/engine/metric/twin.ts');

const count = Number(process.argv[2] ?? 8_000_000);
const bytesOf = (array) => new Uint8Array(array.buffer);

/** Deterministic noise of about unit scale. */
function noise(length, seed, scale) {
  const values = new Float32Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[index] = (state / 2 ** 31) * scale;
  }
  return values;
}

function rate(run, elements) {
  run();
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return elements / best / 1000;
}

const reference = noise(count, 1, 1);
const close = reference.map((value, index) => value * (1 + ((index * 7919) % 13) * 1e-8));
const far = noise(count, 2, 1);
const masked = close.map((value, index) => (index % 3 === 0 ? -Infinity : value));
const maskedReference = reference.map((value, index) => (index % 3 === 0 ? -Infinity : value));
const as = (dtype, values) => ({
  dtype,
  bytes: castTensor({ dtype: 'float32', dims: [count], bytes: bytesOf(values) }, dtype).tensor.bytes,
});
const channels = 64;
const plane = count / channels;
const cases = [
  ['float32, equal', as('float32', reference), as('float32', reference)],
  ['float32, rounding', as('float32', close), as('float32', reference)],
  ['float32, rounding, channels', as('float32', close), as('float32', reference), [1, channels, plane, 1], 1],
  ['float32, rounding, features', as('float32', close), as('float32', reference), [1, plane, channels], 2],
  ['float32, unrelated', as('float32', far), as('float32', reference)],
  ['float32, a third -Infinity', as('float32', masked), as('float32', maskedReference)],
  ['float16, rounding', as('float16', close), as('float16', reference)],
  ['float16 against float32', as('float16', close), as('float32', reference)],
  ['bfloat16, unrelated', as('bfloat16', far), as('bfloat16', reference)],
  ['float64, rounding', as('float64', close), as('float64', reference)],
  [
    'uint8',
    as(
      'uint8',
      far.map((value) => Math.abs(value) * 255),
    ),
    as(
      'uint8',
      reference.map((value) => Math.abs(value) * 255),
    ),
  ],
  [
    'int64',
    as(
      'int64',
      far.map((value) => value * 1e6),
    ),
    as(
      'int64',
      reference.map((value) => value * 1e6),
    ),
  ],
];
const comparer = createComparer();
console.log(`${'M elements/s'.padEnd(32)}${'kernel'.padStart(8)}${'twin'.padStart(8)}`);
for (const [name, candidate, against, dims = [count], sliceAxis] of cases) {
  const options = { dims, atol: 1e-5, rtol: 1.3e-6, ...(sliceAxis === undefined ? {} : { sliceAxis }) };
  const kernelRate = rate(() => comparer.compare(candidate, against, options), count);
  // The twin is slow: a part tells as much.
  const part = Math.min(count, 400_000);
  const head = ({ dtype, bytes }) => ({ dtype, bytes: bytes.slice(0, (bytes.length / count) * part) });
  const start = performance.now();
  twin(head(candidate), head(against), { dims: [part], atol: 1e-5, rtol: 1.3e-6 });
  const twinRate = part / (performance.now() - start) / 1000;
  console.log(`${name.padEnd(32)}${kernelRate.toFixed(0).padStart(8)}${twinRate.toFixed(1).padStart(8)}`);
}
const values = as('float32', reference);
console.log(
  `${'stats of one float32'.padEnd(32)}${rate(() => comparer.stats(values), count)
    .toFixed(0)
    .padStart(8)}`,
);
const square = [1, plane / 8, 8, channels];
const nhwc = {
  dims: [1, channels, plane / 8, 8],
  transform: { kind: 'permutation', axes: [0, 3, 1, 2] },
  referenceDims: square,
};
const permuted = rate(() => comparer.compare(values, values, { ...nhwc, atol: 1e-5, rtol: 1.3e-6 }), count);
console.log(`${'float32, NHWC reference'.padEnd(32)}${permuted.toFixed(0).padStart(8)}`);
