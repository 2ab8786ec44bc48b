import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { TensorOf } from '#science/tensors/tensor.ts';

/** Below this share of the largest an eigenvalue is the zero of an exhausted rank, whose vector means nothing. */
const NO_VARIANCE = 1e-10;

/**
 * (n, width): vectors by their coordinates along the `width` directions in which they differ most; zeros where they differ along
 * fewer. Each axis points to where its largest coordinate is positive, so that the same vectors give the same bits.
 *
 *     X_c X_cᵀ = U Λ Uᵀ,   coordinates U √Λ      with X_c the vectors less their mean: n × n, as n is small and they are long
 *
 * source: Jolliffe 2002, "Principal Component Analysis", 3.5
 */
export function principalComponents({ data, shape }: TensorOf<'F32'>, width: number): TensorOf<'F32'> {
  const [n, length] = [shape[0]!, shape[1]!];
  const centred = new Matrix(n, length);
  for (let row = 0; row < n; row++) centred.setRow(row, data.subarray(row * length, (row + 1) * length));
  centred.subRowVector(centred.mean('column'));
  const decomposition = new EigenvalueDecomposition(centred.mmul(centred.transpose()), { assumeSymmetric: true });
  const coordinates = new Float32Array(n * width);
  // Eigenvalues ascend.
  const eigenvalues = decomposition.realEigenvalues;
  const largest = eigenvalues.at(-1) ?? 0;
  for (let axis = 0; axis < Math.min(width, n); axis++) {
    const eigenvalue = eigenvalues[n - 1 - axis]!;
    if (!(eigenvalue > NO_VARIANCE * largest)) break;
    const direction = decomposition.eigenvectorMatrix.getColumn(n - 1 - axis);
    const factor = Math.sqrt(eigenvalue) * signOfLargest(direction);
    for (let row = 0; row < n; row++) coordinates[row * width + axis] = direction[row]! * factor;
  }
  return { dtype: 'F32', shape: [n, width], data: coordinates };
}

function signOfLargest(numbers: readonly number[]): number {
  const largest = numbers.reduce((most, number) => (Math.abs(number) > Math.abs(most) ? number : most), 0);
  return largest < 0 ? -1 : 1;
}
