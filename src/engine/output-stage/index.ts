export type { OnnxNmsAttributes } from './framework-nms.ts';
export { onnxNonMaxSuppression, torchvisionBatchedNms, torchvisionNms } from './framework-nms.ts';
