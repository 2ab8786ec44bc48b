import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { decodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import { decodeItemKnn, itemKnnRecommender } from './item-knn.ts';
import { decodePopularity, popularityRecommender } from './popularity.ts';
import { oneByOne, type BatchRecommender, type Recommender } from './recommender.ts';
import { decodeSasrecFile } from './sasrec-file.ts';
import { SasrecPrograms } from './sasrec-recommender.ts';
import { decodeVsKnn, vsKnnRecommender } from './vs-knn.ts';

/** The methods whose model is a file that recommends. */
export type RecommenderMethod = keyof typeof UNTRAINED | 'backbone';

const UNTRAINED = {
  popularity: (file) => popularityRecommender(decodePopularity(file)),
  'item-knn': (file) => itemKnnRecommender(decodeItemKnn(file)),
  'vs-knn': (file) => vsKnnRecommender(decodeVsKnn(file)),
} as const satisfies Record<string, (file: SafetensorsFile) => Recommender>;

export function isRecommenderMethod(method: string): method is RecommenderMethod {
  return method === 'backbone' || Object.hasOwn(UNTRAINED, method);
}

/**
 * The recommender that a model file holds. It lives as long as the process.
 * @param loadRuntime asked for only by a method with a trained model.
 * @throws DamagedTensorsError if the file is not one of the method.
 */
export async function openRecommender(
  method: RecommenderMethod,
  model: Uint8Array,
  loadRuntime: () => Promise<TensorRuntime>,
): Promise<BatchRecommender> {
  const file = decodeSafetensors(model);
  if (method !== 'backbone') return oneByOne(UNTRAINED[method](file));
  const { shape, weights } = decodeSasrecFile(file);
  const programs = await SasrecPrograms.load(await loadRuntime(), shape);
  return programs.recommender(weights);
}
