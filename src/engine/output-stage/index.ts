export type { OnnxNmsAttributes } from './framework-nms.ts';
export { onnxNonMaxSuppression, torchvisionBatchedNms, torchvisionNms } from './framework-nms.ts';
export type { BoxMapping, RawBoxes } from './raw-boxes.ts';
export { DEFAULT_RULES, ONNX_RULES } from './default-rules.ts';
export type { NmsAuditInput, NmsSide } from './audit-nms.ts';
export { auditNms } from './audit-nms.ts';
