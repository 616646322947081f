// Runs models of the ONNX backend suite through the compiled engine, in a process that a bad tensor type may kill.
// In: folders of cases, one a line on stdin. Out: one JSON line when a case begins, one with its outcome.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ort from 'onnxruntime-node';
import { indexGraph } from '../../build/engine/graph/index.js';
import { openModel } from '../../build/engine/onnx/index.js';
import { Arena, execute, isRuntimeDtype, planSegments, tensorFacts } from '../../build/engine/run/index.js';
import { isLayerdiffError } from '../../build/shared/errors.js';
import { dtypeOfOnnx } from '../../build/shared/dtype.js';

/** Another decoder than the engine's reads the recorded tensors. */
const { onnx } = createRequire(import.meta.url)('onnx-proto');
const SETTINGS = { level: 'disabled', provider: 'cpu', threads: 1 };
/** Bytes for what one segment makes: a node at a time, a few nodes, everything. */
const BUDGETS = [0, 200, 2 ** 40];

function readTensor(path) {
  const proto = onnx.TensorProto.decode(readFileSync(path));
  const dtype = dtypeOfOnnx(proto.dataType);
  if (dtype === undefined || !isRuntimeDtype(dtype)) return undefined;
  const dims = proto.dims.map(Number);
  const typed =
    dtype === 'float32'
      ? Float32Array.from(proto.floatData)
      : dtype === 'float64'
        ? Float64Array.from(proto.doubleData)
        : dtype === 'int64'
          ? BigInt64Array.from(proto.int64Data.map((value) => BigInt(value.toString())))
          : dtype === 'int32'
            ? Int32Array.from(proto.int32Data)
            : dtype === 'float16'
              ? Uint16Array.from(proto.int32Data)
              : Uint8Array.from(proto.int32Data);
  const bytes =
    proto.rawData.length > 0
      ? new Uint8Array(proto.rawData)
      : new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
  return { dtype, dims, bytes };
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function arrayOf({ dtype, bytes }) {
  return new ARRAYS[dtype](bytes.slice().buffer);
}

/** The untouched model in one piece, by the runtime alone. */
async function plainRun(path, inputs, names) {
  const session = await ort.InferenceSession.create(path, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    [...inputs].map(([name, one]) => [name, new ort.Tensor(one.dtype, arrayOf(one), one.dims)]),
  );
  const results = await session.run(feeds, names);
  await session.release();
  const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return new Map(
    names.map((name) => [
      name,
      { dtype: results[name].type, dims: results[name].dims, bytes: bytesOf(results[name].data) },
    ]),
  );
}

async function engineRun(model, graph, inputs, budget) {
  const facts = await tensorFacts(model, graph, inputs, { ...SETTINGS, level: 'basic' });
  const plan = planSegments(graph, facts, budget);
  const values = new Map();
  await execute({
    model,
    graph,
    facts,
    plan,
    settings: SETTINGS,
    arena: new Arena(),
    carryLimit: budget,
    inputs,
    fed: new Map(),
    wants: () => true,
    onTensor: (name, { dtype, dims, bytes }) => values.set(name, { dtype, dims, bytes: bytes.slice() }),
    onSegment: () => undefined,
  });
  const expected = graph.nodes
    .flatMap((node) => node.outputs)
    .filter((name) => name !== '' && facts.get(name)?.unfetchable === undefined);
  const missing = expected.filter((name) => !values.has(name));
  return { values, segments: plan.segments.length, missing };
}

const same = (a, b) =>
  a !== undefined &&
  b !== undefined &&
  a.dtype === b.dtype &&
  a.dims.join() === b.dims.join() &&
  Buffer.compare(a.bytes, b.bytes) === 0;

/** IEEE 754 binary16. */
function halfValue(bits) {
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? mantissa === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? mantissa * 2 ** -24
        : (1024 + mantissa) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** The suite's own tolerance (onnx.backend.test.runner): rtol 1e-3, atol 1e-7. */
function fits(value, expected) {
  if (value?.dtype !== expected.dtype || value.dims.join() !== expected.dims.join()) return false;
  const numbers = (tensor) =>
    tensor.dtype === 'float16' ? [...arrayOf(tensor)].map(halfValue) : arrayOf(tensor);
  const [a, b] = [numbers(value), numbers(expected)];
  return a.every((one, index) => {
    const [x, y] = [Number(one), Number(b[index])];
    return Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-7 + 1e-3 * Math.abs(y);
  });
}

async function outcome(folder) {
  const path = join(folder, 'model.onnx');
  const model = openModel(path);
  const graph = indexGraph(model);
  const data = join(folder, 'test_data_set_0');
  const count = (kind) =>
    existsSync(data) ? readdirSync(data).filter((name) => name.startsWith(`${kind}_`)).length : 0;
  const inputs = new Map();
  for (let index = 0; index < Math.min(count('input'), graph.inputs.length); index++) {
    const input = graph.inputs[index];
    const isTensor = input.kind === 'tensor' && input.dtype !== undefined && isRuntimeDtype(input.dtype);
    const value = isTensor ? readTensor(join(data, `input_${index}.pb`)) : undefined;
    if (value === undefined)
      return { kind: 'unfeedable', reason: `input ${input.name} is ${input.kind} ${input.dtype}` };
    inputs.set(input.name, value);
  }
  const names = model.graph.outputs
    .filter(
      (output) => output.kind === 'tensor' && output.dtype !== undefined && isRuntimeDtype(output.dtype),
    )
    .map((output) => output.name);
  let plain;
  let refusal = '';
  try {
    plain = names.length === 0 ? new Map() : await plainRun(path, inputs, names);
  } catch (error) {
    refusal = error.message.split('\n')[0];
  }
  const runs = [];
  try {
    for (const budget of BUDGETS) runs.push(await engineRun(model, graph, inputs, budget));
  } catch (error) {
    if (!isLayerdiffError(error)) throw error;
    return {
      kind: plain === undefined ? 'refused' : 'ours-only-refused',
      reason: error.message,
      place: error.place,
      plain: refusal,
    };
  }
  const [finest, , whole] = runs;
  const differing = [...whole.values.keys()].filter((name) =>
    runs.some((run) => !same(run.values.get(name), whole.values.get(name))),
  );
  const expected = model.graph.outputs.map((output, index) => {
    const file = join(data, `output_${index}.pb`);
    return names.includes(output.name) && existsSync(file)
      ? [output.name, readTensor(file)]
      : [output.name, undefined];
  });
  return {
    kind: plain === undefined ? 'plain-only-refused' : 'ran',
    plain: refusal,
    segments: finest.segments,
    nodes: graph.nodes.length,
    tensors: whole.values.size,
    missing: runs.flatMap((run) => run.missing),
    differing,
    /** Outputs that are not the untouched model's, bit for bit. */
    changed:
      plain === undefined ? [] : names.filter((name) => !same(whole.values.get(name), plain.get(name))),
    /** Outputs that are not the recorded ones. */
    unexpected: expected
      .filter(([name, tensor]) => tensor !== undefined && !fits(whole.values.get(name), tensor))
      .map(([name]) => name),
  };
}

for await (const folder of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ begin: folder })}\n`);
  let result;
  try {
    result = await outcome(folder);
  } catch (error) {
    result = {
      kind: 'crashed',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  process.stdout.write(`${JSON.stringify({ folder, ...result })}\n`);
}
