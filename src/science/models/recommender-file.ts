import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { decodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import { IntentPrograms } from './intent-recommender.ts';
import { decodeItemKnn, itemKnnRecommender } from './item-knn.ts';
import { decodePopularity, popularityRecommender } from './popularity.ts';
import { oneByOne, type BatchRecommender, type Recommender } from './recommender.ts';
import { SasrecPrograms } from './sasrec-recommender.ts';
import { decodeModelFile } from './trained-model.ts';
import { decodeVsKnn, vsKnnRecommender } from './vs-knn.ts';

/** The methods that train a model by gradient: a backbone, with or without intents. */
const TRAINED = ['backbone', 'capacity-control', 'auxiliary-only', 'category-intent', 'sprint'] as const;

/** The methods whose model is a file that recommends. */
export type RecommenderMethod = keyof typeof UNTRAINED | (typeof TRAINED)[number];

const UNTRAINED = {
  popularity: (file) => popularityRecommender(decodePopularity(file)),
  'item-knn': (file) => itemKnnRecommender(decodeItemKnn(file)),
  'vs-knn': (file) => vsKnnRecommender(decodeVsKnn(file)),
} as const satisfies Record<string, (file: SafetensorsFile) => Recommender>;

export function isRecommenderMethod(method: string): method is RecommenderMethod {
  return Object.hasOwn(UNTRAINED, method) || TRAINED.some((trained) => trained === method);
}

/** A recommender in memory that is given back. */
export interface OpenRecommender {
  readonly recommender: BatchRecommender;
  /** It is not asked any more. */
  readonly release: () => Promise<void>;
}

/**
 * The recommender that a model file holds; one of a trained model with a predictor has intents (`hasIntents`). It lives as long as
 * the process.
 * @param loadRuntime asked for only by a method with a trained model.
 * @throws DamagedTensorsError if the file is not one of the method.
 */
export async function openRecommender(
  method: RecommenderMethod,
  model: Uint8Array,
  loadRuntime: () => Promise<TensorRuntime>,
): Promise<BatchRecommender> {
  return (await borrowRecommender(method, model, loadRuntime)).recommender;
}

/** The same for a process that outlives it, as a server does. */
export async function borrowRecommender(
  method: RecommenderMethod,
  model: Uint8Array,
  loadRuntime: () => Promise<TensorRuntime>,
): Promise<OpenRecommender> {
  const file = decodeSafetensors(model);
  if (isUntrained(method)) return { recommender: oneByOne(UNTRAINED[method](file)), release: () => Promise.resolve() };
  const { shape, weights, predictor } = decodeModelFile(file);
  const runtime = await loadRuntime();
  const programs =
    predictor === null
      ? await SasrecPrograms.load(runtime, shape)
      : await IntentPrograms.load(runtime, shape, predictor);
  return { recommender: programs.recommender(weights), release: () => programs.release() };
}

function isUntrained(method: RecommenderMethod): method is keyof typeof UNTRAINED {
  return Object.hasOwn(UNTRAINED, method);
}
