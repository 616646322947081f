import ort from 'onnxruntime-node';

/** numpy.transpose of a float32 tensor: axis i of the result is axis `axes[i]` of the source. */
export function permuted(tensor: ort.Tensor, axes: readonly number[]): ort.Tensor {
  const source = tensor.data as Float32Array;
  const dims = axes.map((axis) => tensor.dims[axis] ?? 1);
  const strides = tensor.dims.map((_, axis) =>
    tensor.dims.slice(axis + 1).reduce((all, dim) => all * dim, 1),
  );
  const result = source.map((_, position) => {
    let rest = position;
    let from = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const dim = dims[axis] ?? 1;
      from += (rest % dim) * (strides[axes[axis] ?? 0] ?? 1);
      rest = Math.floor(rest / dim);
    }
    return source[from] ?? NaN;
  });
  return new ort.Tensor('float32', result, dims);
}
