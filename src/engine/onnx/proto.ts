/**
 * The generated reader, set to decode int64 as numbers: dims, axes and opsets are small, and extremes such as INT64_MAX
 * keep their meaning. Without this protobufjs hands out objects wherever its optional package `long` is installed.
 */
import protobuf from 'protobufjs/minimal.js';
import { onnx } from './generated/onnx.js';

(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();

export { onnx };
