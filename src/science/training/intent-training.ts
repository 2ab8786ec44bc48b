import {
  initialPredictor,
  INTENT_EMBEDDING,
  isOfPredictor,
  type PredictorShape,
} from '#science/models/intent-predictor.ts';
import { hasIntents } from '#science/models/intent-recommender.ts';
import { embeddingFromText, type IntentText, withFrozenText } from '#science/models/intent-text.ts';
import type { BatchRecommender } from '#science/models/recommender.ts';
import type { Weights } from '#science/models/weights.ts';
import type { Rng } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { type IntentMonitors, intentMonitors } from './intent-entropy.ts';
import type { TeachingSettings } from './teaching.ts';
import type { IntentTrainerSettings } from './trainer.ts';

/** The intent predictor of a training (science C.7). */
export interface IntentTraining {
  readonly predictor: PredictorShape;
  readonly dropout: number;
  /** β (M) */
  readonly prior: Float32Array;
  /** Where E begins: anywhere, at the texts of the intents, or as a learned projection of texts that stay. */
  readonly embedding:
    { readonly from: 'chance' } | { readonly from: 'text' | 'frozen-text'; readonly text: IntentText };
  /** Of the backbone, where it has begun elsewhere and moves at a rate of its own. */
  readonly backboneLearningRate: number | null;
  /** `null`: no intent is taught; the predictor is more parameters and nothing else. */
  readonly teaching: TeachingSettings | null;
}

/** Sessions at which the predictor is looked at after each epoch. */
const MONITORED = 1000;

/** The backbone's weights with the predictor's before training. */
export function withPredictor(backbone: Weights, { predictor, embedding }: IntentTraining, rng: Rng): Weights {
  const d = backbone['embedding.items']!.shape[1]!;
  const weights = initialPredictor(d, predictor, rng);
  switch (embedding.from) {
    case 'chance':
      return { ...backbone, ...weights };
    case 'text':
      return { ...backbone, ...weights, [INTENT_EMBEDDING]: embeddingFromText(embedding.text, d) };
    case 'frozen-text':
      return { ...backbone, ...withFrozenText(weights, embedding.text, rng) };
  }
}

export function trainerSettingsOf({
  predictor,
  prior,
  embedding,
  dropout,
  teaching,
}: IntentTraining): IntentTrainerSettings & { readonly text: IntentText | undefined } {
  return {
    predictor,
    prior: { dtype: 'F32', shape: [prior.length], data: prior },
    text: embedding.from === 'frozen-text' ? embedding.text : undefined,
    dropoutRate: dropout,
    labels: teaching,
    teacherMomentum: teaching?.enrichment?.teacher,
  };
}

/** The learning rate of each parameter. */
export function learningRates(
  learningRate: number,
  intents: IntentTraining | undefined,
): number | ((parameter: string) => number) {
  const rate = intents?.backboneLearningRate ?? null;
  return rate === null ? learningRate : (parameter) => (isOfPredictor(parameter) ? learningRate : rate);
}

/** What the predictor makes of sessions spread evenly over all; nothing of a model without one. */
export async function monitored(
  model: BatchRecommender,
  contexts: readonly Int32Array[],
): Promise<IntentMonitors | Record<string, never>> {
  if (!hasIntents(model) || contexts.length === 0) return {};
  const count = Math.min(MONITORED, contexts.length);
  const sample = Array.from({ length: count }, (_, at) => contexts[Math.floor((at * contexts.length) / count)]!);
  const probabilities: TensorOf<'F32'> = await model.intentsOf(sample);
  return intentMonitors(probabilities.data, model.predictor.intents);
}
