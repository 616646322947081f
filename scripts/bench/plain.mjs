// What a user does without Layerdiff: one process, one session with default options, one run.
import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';

const [model, input] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model);
const bytes = readFileSync(input);
const image = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
await session.run({ image: new ort.Tensor('float32', image, [1, 3, 640, 640]) });
