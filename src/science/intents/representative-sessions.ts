import { kmeans } from 'ml-kmeans';
import { type Rng, stream } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';

/**
 * Rounds of k-means. The sessions nearest the centres hardly change after a few, and a round over Amazon Beauty (22,363 sessions
 * of 64 numbers, 200 centres) takes about a second.
 */
const ROUNDS = 5;
/** Sessions that are clustered; of more a random sample, so that it takes no longer for a larger shop. */
const CLUSTERED = 10_000;

/**
 * Rows of an embedding (n, d) that stand for the others: k-means from `count` random rows, and of each centre the nearest row
 * that is not taken, by number of the centre (science C.5, INIT a). Fewer than `count` rows are all taken.
 */
export function representativeRows(embedding: TensorOf<'F32'>, count: number, seed: number): readonly number[] {
  const rng = stream(seed, 'profile', 'profile/representatives');
  const rows = sampledRows(embedding.shape[0]!, rng);
  if (rows.length <= count) return rows;
  const points = rows.map((row) => [...rowOf(embedding, row)]);
  const { centroids } = kmeans(points, count, {
    // Those of the package take longer than all rounds.
    initialization: points.slice(0, count),
    maxIterations: ROUNDS,
  });
  const taken = new Set<number>();
  return centroids.map((centre) => {
    const nearest = nearestPoint(points, centre, taken);
    taken.add(nearest);
    return rows[nearest]!;
  });
}

/** In random order. */
function sampledRows(count: number, rng: Rng): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  rng.shuffle(rows);
  return rows.slice(0, CLUSTERED);
}

function rowOf({ data, shape }: TensorOf<'F32'>, row: number): Float32Array {
  return data.subarray(row * shape[1]!, (row + 1) * shape[1]!);
}

function nearestPoint(
  points: readonly (readonly number[])[],
  centre: readonly number[],
  taken: ReadonlySet<number>,
): number {
  let [nearest, least] = [-1, Infinity];
  for (const [at, point] of points.entries()) {
    const distance = squaredDistance(point, centre);
    if (distance >= least || taken.has(at)) continue;
    [nearest, least] = [at, distance];
  }
  return nearest;
}

function squaredDistance(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at]! - right[at]!) ** 2;
  return sum;
}
