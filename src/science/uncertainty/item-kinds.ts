import { kmeans } from 'ml-kmeans';
import { stream } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';

/** The kinds of item v at place v − 1, as numbers. */
export type ItemKinds = readonly (readonly number[])[];

const CLUSTERS = 64;
/** Lloyd's steps; the few items that still move after so many stand between two clusters anyway. */
const MAX_STEPS = 25;

/**
 * All categories of an item count, each as one click. An item without any is of a kind of its own: two clicks on it agree, and
 * two such items do not.
 */
export function kindsByCategory(categories: readonly (readonly string[])[]): ItemKinds {
  const numbers = new Map<string, number>();
  const numberOf = (category: string): number => {
    const known = numbers.get(category);
    if (known === undefined) numbers.set(category, numbers.size);
    return known ?? numbers.size - 1;
  };
  // Counted down from −1, so that no item's own kind meets a category.
  return categories.map((own, at) => (own.length === 0 ? [-1 - at] : [...new Set(own)].map(numberOf)));
}

/**
 * k-means of the items' embeddings (|V|, d), k = 64 or as many as there are items, begun by k-means++ (ml-kmeans).
 * @param seed the profile seed.
 */
export function kindsByCluster({ shape, data }: TensorOf<'F32'>, seed: number): ItemKinds {
  const [itemCount, dimension] = [shape[0]!, shape[1]!];
  const rows = Array.from({ length: itemCount }, (_, at) => [...data.subarray(at * dimension, (at + 1) * dimension)]);
  const options = { seed: stream(seed, 'profile', 'clusters').integer(2 ** 31), maxIterations: MAX_STEPS };
  return kmeans(rows, Math.min(CLUSTERS, itemCount), options).clusters.map((cluster) => [cluster]);
}
