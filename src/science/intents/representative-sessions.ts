import { kmeans } from 'ml-kmeans';
import { stream } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';

/** Rounds of k-means: the sessions nearest the centres hardly change after a few. */
const ROUNDS = 5;
/**
 * Sessions that are clustered; of more, a random sample stands for all. 5 rounds over 5,000 sessions of 64 numbers with 200
 * centres take one to two seconds; over all 22,363 of Amazon Beauty it would be many times the rest of the stage.
 */
const CLUSTERED = 5000;

/** The sessions to cluster, in random order. */
export function sampledSessions<Session>(sessions: readonly Session[], seed: number): readonly Session[] {
  const shuffled = [...sessions];
  stream(seed, 'profile', 'profile/representatives').shuffle(shuffled);
  return shuffled.slice(0, CLUSTERED);
}

/**
 * Rows of an embedding (n, d) that stand for the others: k-means, begun with the first `count` rows, and of each centre the
 * nearest row that is not taken, by number of the centre (science C.5, INIT a). Fewer than `count` rows are all taken.
 * @param embedding of sessions in random order.
 */
export function representativeRows(embedding: TensorOf<'F32'>, count: number): readonly number[] {
  const points = Array.from({ length: embedding.shape[0]! }, (_, row) => [...rowOf(embedding, row)]);
  if (points.length <= count) return [...points.keys()];
  // The ways of the package to begin take longer than all rounds.
  const { centroids } = kmeans(points, count, { initialization: points.slice(0, count), maxIterations: ROUNDS });
  const taken = new Set<number>();
  return centroids.map((centre) => {
    const nearest = nearestPoint(points, centre, taken);
    taken.add(nearest);
    return nearest;
  });
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
