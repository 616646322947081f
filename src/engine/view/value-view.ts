import type { ValueView } from '../../shared/model-view.ts';
import type { OnnxValue } from '../onnx/index.ts';

export function valueView(value: OnnxValue): ValueView {
  const code = value.dtypeCode === 0 ? '' : `type ${value.dtypeCode}`;
  const dtype = value.dtype ?? code;
  return {
    name: value.name,
    dtype: value.kind === 'tensor' ? dtype : `${value.kind} ${dtype}`.trim(),
    dims: value.dims?.map((dim) => dim ?? '?'),
  };
}
