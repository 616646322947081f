import type { NodePart, Variant } from '../cause/index.ts';
import type { SubmodelChanges } from '../onnx/index.ts';
import { floatConstant, newNode, rewrittenNode } from '../onnx/index.ts';
import type { CompareContext } from './context.ts';

/** A variant as bytes that stand in a sub-model. */
export function changesOf({ model, graph }: CompareContext, variant: Variant): SubmodelChanges {
  const nodes = new Map<number, Uint8Array[]>();
  for (const [index, parts] of variant.parts) {
    const fileIndex = graph.nodes[index]?.fileIndex;
    if (fileIndex === undefined) continue;
    nodes.set(
      fileIndex,
      parts.map((part) => bytesOf(part, (change) => rewrittenNode(model, fileIndex, change))),
    );
  }
  return { nodes, ...(variant.opsets === undefined ? {} : { opsets: variant.opsets }) };
}

type Changed = Extract<NodePart, { kind: 'changed' }>['change'];

function bytesOf(part: NodePart, rewrite: (change: Changed) => Uint8Array): Uint8Array {
  switch (part.kind) {
    case 'changed':
      return rewrite(part.change);
    case 'new':
      return newNode(part.opType, part.inputs, part.outputs, part.attributes);
    case 'constant':
      return floatConstant(part.output, part.values, part.dims);
  }
}
