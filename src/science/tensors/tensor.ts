/** The types of number that artifacts hold, by their names in the safetensors format. */
export interface ArrayOf {
  F64: Float64Array;
  I64: BigInt64Array;
  F32: Float32Array;
  I32: Int32Array;
  U8: Uint8Array;
}
export type Dtype = keyof ArrayOf;

/** Bytes a number takes. */
export const DTYPE_BYTES = { F64: 8, I64: 8, F32: 4, I32: 4, U8: 1 } as const satisfies Record<Dtype, number>;

/** Numbers in row-major order; their count is the product of `shape`. */
export interface TensorOf<D extends Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf[D];
}
export type Tensor = { [D in Dtype]: TensorOf<D> }[Dtype];

export type Tensors = Readonly<Record<string, Tensor>>;

/** The tensor of one dimension that an array is. */
export function vector(data: ArrayOf[Dtype]): Tensor {
  const shape = [data.length];
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof BigInt64Array) return { dtype: 'I64', shape, data };
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  return { dtype: 'U8', shape, data };
}

/** A tensor over `length` numbers that start at a byte of a buffer. The byte must be a multiple of the number's size. */
export function tensorOver(buffer: ArrayBufferLike, byte: number, dtype: Dtype, shape: readonly number[]): Tensor {
  const length = elementsOf(shape);
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byte, length) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byte, length) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byte, length) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byte, length) };
    case 'U8':
      return { dtype, shape, data: new Uint8Array(buffer, byte, length) };
  }
}

/** The same numbers in memory of their own. */
export function copyOfTensor({ dtype, shape, data }: Tensor): Tensor {
  return tensorOver(data.slice().buffer, 0, dtype, shape);
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isOfType<D extends Dtype>(tensor: Tensor, dtype: D): tensor is Tensor & TensorOf<D> {
  return tensor.dtype === dtype;
}
