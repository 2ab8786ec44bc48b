/** The nearest rows of each row of a matrix. */
export interface Neighbours {
  /** How many each row has: K, or all others where there are fewer. */
  readonly count: number;
  /** (n, count): nearest first, of equally near ones the lower first. */
  readonly rows: Int32Array;
  /** (n, count) */
  readonly cosines: Float64Array;
}

/** n vectors of length 1, one after the other. */
export interface UnitRows {
  /** (n, d) */
  readonly data: Float32Array;
  readonly dimension: number;
}

/**
 * N_K(i): the K rows of the largest cosine with row i, itself left out, ties by number (science C.8).
 *
 * This is the definition: every cosine, then a sort. `NeighbourSearch` finds the same, to the bit, in a hundredth of the time.
 */
export function nearestNeighbours(vectors: UnitRows, k: number): Neighbours {
  const n = vectors.data.length / vectors.dimension;
  const neighbours = emptyNeighbours(n, k);
  const others = Int32Array.from({ length: n }, (_, row) => row);
  for (let row = 0; row < n; row++) {
    const cosines = Float64Array.from(others, (other) => cosineOf(vectors, row, other));
    const nearest = others
      .filter((other) => other !== row)
      .sort((left, right) => cosines[right]! - cosines[left]! || left - right)
      .subarray(0, neighbours.count);
    neighbours.rows.set(nearest, row * neighbours.count);
    neighbours.cosines.set(
      Float64Array.from(nearest, (other) => cosines[other]!),
      row * neighbours.count,
    );
  }
  return neighbours;
}

export function emptyNeighbours(n: number, k: number): Neighbours {
  const count = Math.min(k, Math.max(0, n - 1));
  return { count, rows: new Int32Array(n * count), cosines: new Float64Array(n * count) };
}

/** In double precision and in one order, so that it is the same number both ways round and for equal rows. */
export function cosineOf({ data, dimension }: UnitRows, left: number, right: number): number {
  let sum = 0;
  for (let axis = 0, l = left * dimension, r = right * dimension; axis < dimension; axis++) {
    sum += data[l + axis]! * data[r + axis]!;
  }
  return sum;
}
