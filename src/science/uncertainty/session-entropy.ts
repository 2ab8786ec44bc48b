import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { entropyOf } from './entropy.ts';

/** How scattered the items of a session are, in nats. The order of the items does not count. */
export type SessionEntropy = (items: Int32Array) => number;

/**
 * Spectral (science C.4): Hs = −Σ λ ln λ over the eigenvalues λ of G = (1/m) [x̂_i·x̂_j], (m, m), where x̂_i are the normalised embeddings
 * of the session's m items. 0 for identical items, ln m for orthogonal ones.
 *
 * An item that comes c times is one row √(c/m) x̂: the eigenvalues are the same, but for zeros. Rows stand by item number, so that
 * sessions of the same items tie to the bit. With more rows than dimensions, the (d, d) product of the same eigenvalues is smaller.
 * @param embeddings (|V|, d): row v − 1 is item v.
 */
export function spectralEntropy(embeddings: TensorOf<'F32'>): SessionEntropy {
  const dimension = embeddings.shape[1]!;
  const unit = unitRows(embeddings.data, dimension);
  return (items) => {
    const counts = countsOf(items);
    if (counts.length === 1) return 0;
    const rows = counts.map(([item, count]) => {
      const scale = Math.sqrt(count / items.length);
      return unit.subarray((item - 1) * dimension, item * dimension).map((x) => scale * x);
    });
    const gram = rows.length > dimension ? dualGram(rows, dimension) : gramOf(rows);
    return entropyOf(new EigenvalueDecomposition(gram, { assumeSymmetric: true }).realEigenvalues);
  };
}

/** −Σ p ln p over the shares of the kinds of the session's items. @param kinds of item v at place v − 1. */
export function kindEntropy(kinds: readonly (readonly number[])[]): SessionEntropy {
  return (items) => {
    const shares = new Map<number, number>();
    for (const item of items) for (const kind of kinds[item - 1]!) shares.set(kind, (shares.get(kind) ?? 0) + 1);
    // By number, so that equal shares are added up in one order whatever the order of the items.
    return entropyOf([...shares.values()].sort((left, right) => left - right));
  };
}

/** Hs / ln m, since plain entropy largely is length; 0 for a single item. */
export function normalisedByLength(entropy: SessionEntropy): SessionEntropy {
  return (items) => (items.length < 2 ? 0 : entropy(items) / Math.log(items.length));
}

/** Each item with how often it comes, by number. */
function countsOf(items: Int32Array): readonly (readonly [item: number, count: number])[] {
  const counts = new Map<number, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([left], [right]) => left - right);
}

/** (rows · d): each row divided by its length; an embedding of length 0 has no direction and stays 0. */
function unitRows(data: Float32Array, dimension: number): Float64Array {
  const unit = Float64Array.from(data);
  for (let begin = 0; begin < unit.length; begin += dimension) {
    const row = unit.subarray(begin, begin + dimension);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (length > 0) for (let at = 0; at < dimension; at++) row[at]! /= length;
  }
  return unit;
}

/** (m, m): the products of rows. */
function gramOf(rows: readonly Float64Array[]): Matrix {
  const gram = new Matrix(rows.length, rows.length);
  for (const [i, left] of rows.entries())
    for (let j = 0; j <= i; j++) {
      const product = dot(left, rows[j]!);
      gram.set(i, j, product);
      gram.set(j, i, product);
    }
  return gram;
}

/** (d, d): the products of columns. */
function dualGram(rows: readonly Float64Array[], dimension: number): Matrix {
  const columns = Array.from({ length: dimension }, (_, at) => Float64Array.from(rows, (row) => row[at]!));
  return gramOf(columns);
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[at]!;
  return sum;
}
