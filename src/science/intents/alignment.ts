import type { TensorOf } from '#science/tensors/tensor.ts';

/** Rows of the same n things in some space: (n, d). */
export type Embeddings = TensorOf<'F32'>;

/**
 * Linear CKA of two spaces (Kornblith et al. 2019, arXiv 1905.00414): how alike the similarities of n things are in both, whatever
 * the rotation and the scale of either; 1 for the same, about 0 for spaces that know nothing of each other.
 *
 *     CKA = HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L)),   K = X Xᵀ,  L = Y Yᵀ
 *
 * With the unbiased HSIC (Song et al. 2012; as Nguyen et al. 2021, arXiv 2010.15327, use it): the plain one would be d / (n + d) for
 * noise. Chance can make it less than 0. 0 where all things are alike in one of the spaces.
 * @param left, right (n, d) and (n, e); n ≥ 4.
 */
export function linearCka(left: Embeddings, right: Embeddings): number {
  const [k, l] = [gramOf(left), gramOf(right)];
  const norm = Math.sqrt(Math.max(0, hsic(k, k)) * Math.max(0, hsic(l, l)));
  return norm === 0 ? 0 : hsic(k, l) / norm;
}

/** Shared neighbours of two spaces. */
export interface NeighbourOverlap {
  /** Mean share of a thing's nearest in the one space that are among its nearest in the other. */
  readonly share: number;
  /** What spaces that know nothing of each other would have: k / (n − 1). */
  readonly byChance: number;
}

/**
 * How many of the k nearest, by cosine, of each thing are the same in both spaces; ties by row.
 * @param left, right (n, d) and (n, e); n ≥ 2. Of fewer than k others, all are neighbours.
 */
export function neighbourOverlap(left: Embeddings, right: Embeddings, k: number): NeighbourOverlap {
  const rows = left.shape[0]!;
  const count = Math.min(k, rows - 1);
  const [k1, k2] = [gramOf(unitRows(left)), gramOf(unitRows(right))];
  let shared = 0;
  for (let row = 0; row < rows; row++) {
    const here = new Set(nearest(k1, row, count));
    shared += nearest(k2, row, count).filter((other) => here.has(other)).length;
  }
  return { share: shared / (rows * count), byChance: count / (rows - 1) };
}

/** Each row divided by its length; a row of zeros stays. */
export function unitRows({ shape, data }: Embeddings): Embeddings {
  const width = shape[1]!;
  const unit = data.slice();
  for (let begin = 0; begin < unit.length; begin += width) {
    const row = unit.subarray(begin, begin + width);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (length > 0) for (let at = 0; at < width; at++) row[at]! /= length;
  }
  return { dtype: 'F32', shape, data: unit };
}

/** Each row less the mean of all rows. */
export function centredRows({ shape, data }: Embeddings): Embeddings {
  const [rows, width] = [shape[0]!, shape[1]!];
  const mean = new Float64Array(width);
  for (const [at, x] of data.entries()) mean[at % width]! += x / rows;
  return { dtype: 'F32', shape, data: data.map((x, at) => x - mean[at % width]!) };
}

/** (n, n) in row-major order: products of rows. */
interface Gram {
  readonly size: number;
  readonly products: Float64Array;
}

function gramOf({ shape, data }: Embeddings): Gram {
  const [size, width] = [shape[0]!, shape[1]!];
  const products = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let at = 0; at < width; at++) sum += data[i * width + at]! * data[j * width + at]!;
      products[i * size + j] = sum;
      products[j * size + i] = sum;
    }
  }
  return { size, products };
}

/**
 * HSIC₁ = [tr(K̃ L̃) + 1ᵀK̃1 · 1ᵀL̃1 / ((n−1)(n−2)) − 2/(n−2) · 1ᵀK̃ L̃1] / (n (n−3)), where K̃ and L̃ are K and L without their
 * diagonals. Up to the last factor, which a ratio does not need.
 */
function hsic(k: Gram, l: Gram): number {
  const n = k.size;
  const [rowsOfK, rowsOfL] = [rowSums(k), rowSums(l)];
  let [trace, mixed] = [0, 0];
  for (let i = 0; i < n; i++) {
    mixed += rowsOfK[i]! * rowsOfL[i]!;
    for (let j = 0; j < n; j++) if (j !== i) trace += k.products[i * n + j]! * l.products[i * n + j]!;
  }
  return trace + (total(rowsOfK) * total(rowsOfL)) / ((n - 1) * (n - 2)) - (2 * mixed) / (n - 2);
}

/** Without the diagonal. */
function rowSums({ size, products }: Gram): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => {
    const own = products.subarray(row * size, (row + 1) * size);
    return total(own) - own[row]!;
  });
}

function total(numbers: Float64Array): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function nearest({ size, products }: Gram, row: number, count: number): readonly number[] {
  const own = products.subarray(row * size, (row + 1) * size);
  const others = [...own.keys()].filter((other) => other !== row);
  return others.sort((left, right) => own[right]! - own[left]! || left - right).slice(0, count);
}
