// A CNN like the one of the design's measured facts: 170 nodes, 102 MB of weights, 292 M intermediate elements at
// 640x640. Written with the generated protobuf writer; the dump holds every value, as the plain runtime computes it,
// in one safetensors file.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { onnx } from '../../build/engine/onnx/generated/onnx.js';

const STAGES = [
  { channels: 32, size: 320, blocks: 20 },
  { channels: 64, size: 160, blocks: 12 },
  { channels: 128, size: 80, blocks: 10 },
  { channels: 256, size: 40, blocks: 4 },
  { channels: 512, size: 20, blocks: 10 },
];

/** Keeps the values of all layers near 1, as trained networks do. */
const GAIN = 30;

let state = 1;
function uniform() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
}

/** Convolution, Sigmoid, Mul: `blocks` times a stage, the first of each stage halves the image. */
function network() {
  const nodes = [];
  const initializers = [];
  const values = [{ name: 'image', dims: [1, 3, 640, 640] }];
  let input = 'image';
  let channelsIn = 3;
  let count = 0;
  for (const { channels, size, blocks } of STAGES) {
    for (let block = 0; block < blocks; block++) {
      const id = count++;
      const weights = Float32Array.from(
        { length: channels * channelsIn * 9 },
        () => uniform() * Math.sqrt(GAIN / (channelsIn * 9)),
      );
      initializers.push({
        name: `w${id}`,
        dataType: 1,
        dims: [channels, channelsIn, 3, 3],
        rawData: new Uint8Array(weights.buffer),
      });
      const stride = block === 0 ? 2 : 1;
      const ints = (name, list) => ({ name, type: 7, ints: list });
      nodes.push({
        name: `/conv${id}/Conv`,
        opType: 'Conv',
        input: [input, `w${id}`],
        output: [`c${id}`],
        attribute: [
          ints('kernel_shape', [3, 3]),
          ints('pads', [1, 1, 1, 1]),
          ints('strides', [stride, stride]),
        ],
      });
      nodes.push({ name: `/act${id}/Sigmoid`, opType: 'Sigmoid', input: [`c${id}`], output: [`s${id}`] });
      nodes.push({ name: `/act${id}/Mul`, opType: 'Mul', input: [`c${id}`, `s${id}`], output: [`m${id}`] });
      for (const letter of ['c', 's', 'm'])
        values.push({ name: `${letter}${id}`, dims: [1, channels, size, size] });
      input = `m${id}`;
      channelsIn = channels;
    }
  }
  nodes.push({ name: '/pool', opType: 'GlobalAveragePool', input: [input], output: ['pooled'] });
  nodes.push({ name: '/flat', opType: 'Flatten', input: ['pooled'], output: ['features'] });
  values.push({ name: 'pooled', dims: [1, 512, 1, 1] }, { name: 'features', dims: [1, 512] });
  return { nodes, initializers, values };
}

function modelBytes({ nodes, initializers }, outputs) {
  const dim = (dims) => ({
    tensorType: { elemType: 1, shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
  });
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'bench',
      node: nodes,
      initializer: initializers,
      input: [{ name: 'image', type: dim([1, 3, 640, 640]) }],
      output: outputs.map((name) => ({ name })),
    },
  }).finish();
}

/** Makes model and dump in `folder` once; later calls find them there. */
export async function makeBenchFiles(folder) {
  const model = join(folder, 'bench.onnx');
  const dump = join(folder, 'bench.safetensors');
  const input = join(folder, 'image.f32');
  const net = network();
  const elements = net.values
    .slice(1)
    .reduce((sum, value) => sum + value.dims.reduce((all, dim) => all * dim, 1), 0);
  const facts = {
    model,
    dump,
    input,
    nodes: net.nodes.length,
    elements,
    weightBytes: net.initializers.reduce((sum, tensor) => sum + tensor.rawData.length, 0),
  };
  if (existsSync(dump)) return facts;
  mkdirSync(folder, { recursive: true });
  writeFileSync(model, modelBytes(net, ['features']));
  const image = Float32Array.from({ length: 3 * 640 * 640 }, () => uniform() * 2);
  writeFileSync(input, new Uint8Array(image.buffer));
  await writeDump(net, image, dump);
  return facts;
}

async function writeDump(net, image, path) {
  const header = {};
  let offset = 0;
  for (const { name, dims } of net.values) {
    const bytes = dims.reduce((all, dim) => all * dim, 4);
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, 32)]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const file = openSync(`${path}.part`, 'w');
  writeSync(file, Buffer.concat([length, padded]));
  const put = (name, data) =>
    writeSync(
      file,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      0,
      data.byteLength,
      8 + padded.length + header[name].data_offsets[0],
    );
  put('image', image);
  // A few blocks at a time, so that making the dump needs little memory itself.
  let current = { name: 'image', tensor: new ort.Tensor('float32', image, [1, 3, 640, 640]) };
  const step = 12;
  for (let start = 0; start < net.nodes.length; start += step) {
    const nodes = net.nodes.slice(start, start + step);
    const outputs = nodes.flatMap((node) => node.output);
    const used = new Set(nodes.flatMap((node) => node.input));
    const bytes = onnx.ModelProto.encode({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'part',
        node: nodes,
        initializer: net.initializers.filter((tensor) => used.has(tensor.name)),
        input: [
          {
            name: current.name,
            type: {
              tensorType: {
                elemType: 1,
                shape: { dim: current.tensor.dims.map((dimValue) => ({ dimValue })) },
              },
            },
          },
        ],
        output: outputs.map((name) => ({ name })),
      },
    }).finish();
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const results = await session.run({ [current.name]: current.tensor });
    await session.release();
    for (const name of outputs) put(name, results[name].data);
    const last = outputs.at(-1);
    current = { name: last, tensor: results[last] };
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
}
