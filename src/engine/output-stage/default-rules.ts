import type { NmsRules } from '../../shared/output-stage.ts';

/** What is assumed where nothing is declared: torchvision's conventions without any cap. */
export const DEFAULT_RULES: NmsRules = {
  semantics: 'per-class',
  classOffset: 'largest-coordinate',
  labelMode: 'multi-label',
  boxFormat: 'xyxy',
  sortsCorners: false,
  halfPixel: false,
  unmapBefore: false,
  clipBefore: false,
  scoreThreshold: 'none',
  scoreStrict: true,
  preTopK: 'none',
  iouThreshold: 0.5,
  iouStrict: true,
  iouThresholdDtype: 'float64',
  tieOrder: 'index',
  maxPerClass: 'none',
  maxTotal: 'none',
  finalScoreThreshold: 'none',
};

/** ONNX NonMaxSuppression as ONNX Runtime computes it (operator specification, opset 11). */
export const ONNX_RULES: NmsRules = { ...DEFAULT_RULES, sortsCorners: true, iouThresholdDtype: 'float32' };
