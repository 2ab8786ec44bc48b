import { cosineOf, type UnitRows } from './neighbours.ts';

/**
 * The rows in an order in which those that lie near each other stand close by: halved again and again, into those nearer to the
 * one and those nearer to the other of two rows that lie far apart.
 */
export function nearOrder(vectors: UnitRows): Int32Array {
  const order = Int32Array.from({ length: vectors.data.length / vectors.dimension }, (_, row) => row);
  halve(order, vectors);
  return order;
}

function halve(rows: Int32Array, vectors: UnitRows): void {
  if (rows.length <= 2) return;
  const cosinesTo = (other: number): Float64Array => Float64Array.from(rows, (row) => cosineOf(vectors, row, other));
  const one = cosinesTo(farthest(rows, cosinesTo(rows[0]!)));
  const other = cosinesTo(farthest(rows, one));
  const lean = other.map((cosine, place) => cosine - one[place]!);
  const places = Int32Array.from(rows.keys()).sort((left, right) => lean[left]! - lean[right]!);
  rows.set(places.map((place) => rows[place]!));
  const middle = Math.ceil(rows.length / 2);
  halve(rows.subarray(0, middle), vectors);
  halve(rows.subarray(middle), vectors);
}

/** Of some rows the one with the least cosine. */
function farthest(rows: Int32Array, cosines: Float64Array): number {
  let least = 0;
  for (let place = 1; place < rows.length; place++) if (cosines[place]! < cosines[least]!) least = place;
  return rows[least]!;
}
