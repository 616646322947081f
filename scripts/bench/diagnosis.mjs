// What the diagnosis costs beside the free and the fed run that it rests on, from the timings of one report: all the
// stages are of one process on one machine in one run.
import { readFileSync, writeFileSync } from 'node:fs';
import { onnx } from '../../build/engine/onnx/generated/onnx.js';

/** A copy of the model with one weight in the middle scaled by 1.01. */
export function makeFaulty(model, faulty) {
  const decoded = onnx.ModelProto.decode(readFileSync(model));
  const weight = decoded.graph.initializer.find((tensor) => tensor.name === 'w30');
  const values = new Float32Array(new Uint8Array(weight.rawData).buffer);
  weight.rawData = new Uint8Array(values.map((value) => value * 1.01).buffer);
  writeFileSync(faulty, onnx.ModelProto.encode(decoded).finish());
}

/** Ratios of a report's timings: everything, and everything but the runs that a recorded float64 run makes needless. */
export function diagnosisRatios(report) {
  const { timings } = JSON.parse(readFileSync(report, 'utf8'));
  const noise = timings['noise, free run'] ?? 0;
  const rest = ['noise, fed run', 'effects', 'causes'].reduce((sum, stage) => sum + (timings[stage] ?? 0), 0);
  // Everything else: opening, both runs, matching, the untouched model beside them, judging.
  const plain = timings.total - noise - rest;
  return { plain, noise, rest, all: (plain + noise + rest) / plain, withReferee: (plain + rest) / plain };
}
