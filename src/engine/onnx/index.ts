export type {
  Attribute,
  LocalFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from './model.ts';
export { modelFromBytes, openModel } from './open.ts';
export { checkExternalData } from './external-data.ts';
export type { ModelEdits } from './edited-model.ts';
export { editedModel } from './edited-model.ts';
export { tensorOf } from './tensor-of.ts';
export { outputBytes, spliceOutputs } from './splice.ts';
export type { AttributeValue, NodeChange } from './rewrite-node.ts';
export { floatConstant, newNode, rewrittenNode } from './rewrite-node.ts';
export type { SubmodelChanges, SubmodelInput, SubmodelRequest } from './submodel.ts';
export { submodelBytes, submodelParts } from './submodel.ts';
export { joinBytes, lengthOf } from './wire.ts';
