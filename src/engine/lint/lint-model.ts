import type { Finding } from '../../shared/report.ts';
import type { Graph } from '../graph/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { ModelLintContext } from './model/linted-model.ts';
import { lintedModel } from './model/linted-model.ts';
import { MODEL_LINTS } from './model/model-lints.ts';
import { findingsOf } from './note.ts';

/** What a model gives away without being run, one finding a node. A recording, its scopes and sizes tell more. */
export function lintModel(model: OnnxModel, graph: Graph, context: ModelLintContext = {}): Finding[] {
  return findingsOf(MODEL_LINTS, lintedModel(model, graph, context));
}
